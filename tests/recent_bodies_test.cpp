#include "delivery/recent_bodies.hpp"

#include "delivery/delivery_id.hpp"

#include <doctest/doctest.h>

using namespace farehook;
using namespace std::chrono_literals;

namespace {

const Timestamp start = *from_rfc3339("2027-03-14T16:00:00Z");

std::string hash_of(unsigned number) {
  char text[65];
  std::snprintf(text, sizeof text, "%064x", 0);
  std::snprintf(text, 17, "%016x", number);
  text[16] = '0';
  return text;
}

Record record(unsigned body, const std::string& id, Timestamp moment, int status = 200) {
  Record made;
  made.delivery.id = id;
  made.delivery.received_at = moment;
  made.delivery.body_sha256 = hash_of(body);
  made.event = "booking.created";
  made.response_status = status;
  return made;
}

}  // namespace

TEST_CASE("the same body is the next attempt and names the first") {
  RecentBodies bodies;
  CHECK(bodies.repetition(hash_of(1), start).attempt == 1);
  CHECK(!bodies.repetition(hash_of(1), start).duplicate_of);
  bodies.remember(record(1, "a", start));
  CHECK(bodies.repetition(hash_of(1), start + 60s).attempt == 2);
  CHECK(bodies.repetition(hash_of(1), start + 60s).duplicate_of == "a");
  CHECK(bodies.repetition(hash_of(2), start + 60s).attempt == 1);
  bodies.remember(record(1, "b", start + 60s));
  CHECK(bodies.repetition(hash_of(1), start + 120s).attempt == 3);
  CHECK(bodies.repetition(hash_of(1), start + 120s).duplicate_of == "a");
}

TEST_CASE("after the retry window a body is new again") {
  RecentBodies bodies;
  bodies.remember(record(1, "a", start));
  CHECK(bodies.repetition(hash_of(1), start + retry_window).attempt == 2);
  CHECK(bodies.repetition(hash_of(1), start + retry_window + 1us).attempt == 1);
  bodies.remember(record(1, "b", start + retry_window + 1us));
  CHECK(bodies.repetition(hash_of(1), start + retry_window + 2us).duplicate_of == "b");
}

TEST_CASE("the window runs from the last attempt") {
  RecentBodies bodies;
  for (int i = 0; i < 4; ++i) bodies.remember(record(1, std::to_string(i), start + i * (retry_window - 1s)));
  const auto repetition = bodies.repetition(hash_of(1), start + 4 * (retry_window - 1s));
  CHECK(repetition.attempt == 5);
  CHECK(repetition.duplicate_of == "0");
}

TEST_CASE("a retry keeps its event until an attempt is accepted") {
  RecentBodies bodies;
  bodies.remember(record(1, "a", start, 500));
  CHECK(bodies.repetition(hash_of(1), start).is_retry);
  CHECK(bodies.repetition(hash_of(1), start).first_event == "booking.created");
  bodies.remember(record(1, "b", start, 204));
  CHECK(!bodies.repetition(hash_of(1), start).is_retry);
}

TEST_CASE("a retry has changed what the first attempt has, unless that is long") {
  RecentBodies bodies;
  Record first = record(1, "a", start, 500);
  first.changed = R"(["/booking/note"])";
  bodies.remember(first);
  CHECK(bodies.repetition(hash_of(1), start).first_changed == first.changed);
  Record second = record(2, "b", start, 500);
  second.changed = "[\"" + std::string(RecentBodies::max_changed_bytes, 'x') + "\"]";
  bodies.remember(second);
  CHECK(!bodies.repetition(hash_of(2), start).first_changed);
}

TEST_CASE("a body that is answered later is accepted then, and one that is forgotten never came") {
  RecentBodies bodies;
  Record made = record(1, "a", start, 0);
  bodies.remember(made);
  CHECK(bodies.repetition(hash_of(1), start).is_retry);
  made.response_status = 200;
  bodies.answered(made);
  CHECK(!bodies.repetition(hash_of(1), start).is_retry);
  bodies.forget(made);
  CHECK(bodies.repetition(hash_of(1), start).attempt == 1);
}

TEST_CASE("what was accepted and is not stored after all is tried again") {
  RecentBodies bodies;
  Record made = record(1, "a", start);
  made.changed = R"(["/booking/note"])";
  bodies.remember(made);
  Record repeated = record(1, "b", start + 1s);
  repeated.event = "booking.repeated";
  repeated.changed = "[]";
  bodies.remember(repeated);
  bodies.refused(made);
  bodies.refused(repeated);
  const auto repetition = bodies.repetition(hash_of(1), start + 2s);
  CHECK(repetition.is_retry);
  CHECK(repetition.attempt == 3);
  CHECK(repetition.first_event == "booking.created");
  CHECK(repetition.first_changed == made.changed);
}

TEST_CASE("attempts are counted the same in whatever order their records are read") {
  for (const bool is_turned : {false, true}) {
    Record first = record(1, "a", start, 500), second = record(1, "b", start + 1s, 500);
    second.attempt = 2;
    second.duplicate_of = "a";
    RecentBodies bodies;
    bodies.remember(is_turned ? second : first);
    bodies.remember(is_turned ? first : second);
    CHECK(bodies.repetition(hash_of(1), start + 2s).attempt == 3);
    CHECK(bodies.repetition(hash_of(1), start + 2s).duplicate_of == "a");
  }
}

TEST_CASE("no more bodies are remembered than the bound") {
  RecentBodies bodies;
  for (unsigned i = 0; i < RecentBodies::max_bodies + 10; ++i)
    bodies.remember(record(i, std::to_string(i), start + std::chrono::microseconds{i}));
  CHECK(bodies.repetition(hash_of(0), start + 1s).attempt == 1);
  CHECK(bodies.repetition(hash_of(9), start + 1s).attempt == 1);
  CHECK(bodies.repetition(hash_of(RecentBodies::max_bodies + 9), start + 1s).attempt == 2);
}
