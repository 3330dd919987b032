#include "booking/booking_memory.hpp"

#include "booking/difference.hpp"

#include <doctest/doctest.h>

using namespace farehook;
using namespace std::chrono_literals;

namespace {

const Timestamp start = *from_rfc3339("2027-03-14T16:00:00Z");

std::string body(const std::string& uuid, const std::string& note) {
  return R"({"booking":{"uuid":")" + uuid + R"(","status":"booked","note":")" + note + R"("}})";
}

std::shared_ptr<const std::string> shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

using Pointers = std::vector<std::string>;

}  // namespace

TEST_CASE("what has changed is told against the last body, kept or fetched") {
  Place asked;
  BookingMemory memory([&](const Place& place) {
    asked = place;
    return std::optional(body("u", "stored"));
  });
  CHECK(!memory.changed(facts_of(body("u", "a")), body("u", "a")));
  const auto kept = memory.remember(facts_of(body("u", "a")), start);
  CHECK(memory.changed(facts_of(body("u", "a")), body("u", "a")) == Pointers{});
  memory.keep(kept, shared(body("u", "a")));
  CHECK(memory.changed(facts_of(body("u", "b")), body("u", "b")) == Pointers{"/booking/note"});
  CHECK(asked.length == 0);
  const auto stored = memory.remember(facts_of(body("u", "stored")), start);
  memory.keep(stored, Place{7, 5, 1});
  CHECK(memory.changed(facts_of(body("u", "b")), body("u", "b")) == Pointers{"/booking/note"});
  CHECK(asked.offset == 7);
}

TEST_CASE("what stands where a body stood, but is another, is not compared with") {
  BookingMemory memory([](const Place&) { return std::optional(body("u", "somebody else's")); });
  memory.keep(memory.remember(facts_of(body("u", "a")), start), Place{7, 5, 1});
  CHECK(!memory.changed(facts_of(body("u", "b")), body("u", "b")));
}

TEST_CASE("what could not be stored is as if it had not come") {
  BookingMemory memory;
  auto first = memory.remember(facts_of(body("u", "a")), start);
  memory.restore(std::move(first));
  CHECK(memory.event(facts_of(body("u", "a"))) == Event::booking_created);
  memory.remember(facts_of(body("u", "a")), start);
  auto second = memory.remember(facts_of(body("u", "b")), start);
  memory.restore(std::move(second));
  CHECK(memory.event(facts_of(body("u", "a"))) == Event::booking_repeated);
}

TEST_CASE("what came meanwhile is not taken back") {
  BookingMemory memory;
  auto first = memory.remember(facts_of(body("u", "a")), start);
  memory.remember(facts_of(body("u", "b")), start);
  memory.restore(std::move(first));
  CHECK(memory.event(facts_of(body("u", "b"))) == Event::booking_repeated);
}

TEST_CASE("of records the latest counts, in whatever order they are read") {
  BookingMemory memory;
  memory.recall(facts_of(body("u", "new")), start + 1s, {});
  memory.recall(facts_of(body("u", "old")), start, {});
  CHECK(memory.event(facts_of(body("u", "new"))) == Event::booking_repeated);
  // What comes now counts, whatever the clock of the records said.
  memory.remember(facts_of(body("u", "now")), start - 1h);
  CHECK(memory.event(facts_of(body("u", "now"))) == Event::booking_repeated);
}

TEST_CASE("bodies that stand in no file are kept up to a bound") {
  BookingMemory memory;
  const std::string filler(max_compared_bytes - 1000, 'x');
  const size_t count = BookingMemory::max_kept_bytes / filler.size() + 2;
  for (size_t i = 0; i < count; ++i) {
    const std::string text = body(std::to_string(i), filler);
    memory.keep(memory.remember(facts_of(text), start), shared(text));
  }
  const auto changed = [&](size_t i) {
    return memory.changed(facts_of(body(std::to_string(i), "b")), body(std::to_string(i), "b"));
  };
  CHECK(!changed(0));
  CHECK(changed(count - 1) == Pointers{"/booking/note"});
}

TEST_CASE("of more bookings than it remembers it forgets the one that it met first") {
  BookingMemory memory;
  Facts facts;
  facts.shape = Facts::Shape::booking;
  facts.status = "booked";
  const auto numbered = [&](size_t number) -> const Facts& {
    facts.uuid = std::to_string(number);
    return facts;
  };
  const auto taken_back = memory.remember(numbered(0), start);
  memory.remember(numbered(1), start);
  memory.restore(taken_back);
  for (size_t number = 0; number < BookingMemory::max_bookings; ++number)
    memory.remember(numbered(number), start);
  CHECK(memory.event(numbered(0)) == Event::booking_repeated);
  CHECK(memory.event(numbered(1)) == Event::booking_repeated);
  memory.remember(numbered(BookingMemory::max_bookings), start);
  CHECK(memory.event(numbered(0)) == Event::booking_repeated);
  CHECK(memory.event(numbered(1)) == Event::booking_created);
  CHECK(memory.event(numbered(2)) == Event::booking_repeated);
}
