#include "cli/recorder.hpp"

#include "cli/terminal.hpp"
#include "delivery/line_reader.hpp"
#include "http/sha256.hpp"
#include "scratch_folder.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <thread>

using namespace farehook;

namespace {

Delivery delivery(const std::string& body) {
  Delivery delivery;
  delivery.method = "POST";
  delivery.path = "/";
  delivery.body = body;
  delivery.body_sha256 = sha256(body);
  return delivery;
}

Delivery booking(const std::string& uuid, const std::string& note) {
  return delivery(R"({"booking":{"uuid":")" + uuid + R"(","status":"booked","note":")" + note + R"("}})");
}

/// A recorder with a file, and nobody to tell.
struct Recording {
  explicit Recording(Recorder::Plan plan = {})
      : journal(folder.file("a.jsonl"), false), recorder(journal, nullptr, completed(std::move(plan)), log) {}

  static Recorder::Plan completed(Recorder::Plan plan) {
    if (!plan.respond) plan.respond = [](const Record&) { return AnswerStep{}; };
    plan.ended = [] {};
    return plan;
  }

  std::vector<int> statuses(std::vector<Delivery> deliveries) {
    std::vector<int> statuses;
    for (const Answer& each : recorder.take(std::move(deliveries))) statuses.push_back(each.status);
    return statuses;
  }

  std::vector<Record> records() const {
    std::vector<Record> records;
    for_each_line(journal.name(), Tail::read, [&](const LineReader::Line& line) {
      records.push_back(std::get<Record>(from_line(line.text)));
      return true;
    });
    return records;
  }

  const ScratchFolder folder;
  Terminal terminal{::open("/dev/null", O_WRONLY | O_CLOEXEC), ColorChoice::never, true};
  DeliveryLog log{terminal, ""};
  Journal journal;
  Recorder recorder;
};

/// The files of this process grow no larger meanwhile.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const rlimit tight{bytes, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

using Statuses = std::vector<int>;

}  // namespace

TEST_CASE("deliveries that come together are told from each other as if they came one by one") {
  Recording recording;
  const Delivery created = booking("one", "a"), updated = booking("one", "b"), other = booking("two", "a");
  const auto answers = recording.recorder.take({created, other, created, updated, delivery("[]")});
  const auto records = recording.records();
  REQUIRE(answers.size() == 5);
  REQUIRE(records.size() == 5);
  for (size_t i = 0; i < records.size(); ++i) CHECK(records[i].delivery.id == answers[i].id);
  CHECK(records[0].event == "booking.created");
  CHECK(records[1].event == "booking.created");
  CHECK(records[2].attempt == 2);
  CHECK(records[2].duplicate_of == records[0].delivery.id);
  CHECK(records[2].event == "booking.repeated");
  CHECK(records[3].event == "booking.updated");
  CHECK(records[3].changed == R"(["/booking/note"])");
  CHECK(records[4].event == "unknown");
}

TEST_CASE("each of those that come together can be read back by itself") {
  Recording recording;
  recording.recorder.take({booking("one", "a"), booking("two", "a"), booking("three", "a")});
  recording.recorder.take({booking("three", "b"), booking("one", "b"), booking("two", "b")});
  for (const Record& record : recording.records())
    if (record.event == "booking.updated") CHECK(record.changed == R"(["/booking/note"])");
  CHECK(recording.records().back().event == "booking.updated");
}

TEST_CASE("no more are stored than are counted, though they come together") {
  Recorder::Plan plan;
  plan.count = 2;
  Recording recording(std::move(plan));
  CHECK(recording.statuses({delivery("1"), delivery("2"), delivery("3")}) == Statuses{200, 200, 503});
  CHECK(recording.records().size() == 2);
  CHECK(recording.recorder.has_count());
}

TEST_CASE("an event that is not wanted is passed over among those that are stored") {
  Recorder::Plan plan;
  plan.only = {"booking.created"};
  Recording recording(std::move(plan));
  const auto answers = recording.recorder.take({booking("one", "a"), delivery("[]"), booking("two", "a")});
  CHECK(answers[1].status == 200);
  CHECK(answers[1].id.empty());
  CHECK(recording.records().size() == 2);
}

TEST_CASE("those of a few that there is room for are stored, and the others are as if they had not come") {
  Recording recording;
  const std::string long_note(4000, 'x');
  {
    const FileSizeLimit limit(5000);
    CHECK(recording.statuses({booking("one", long_note), booking("two", long_note),
                              booking("three", "short")}) == Statuses{200, 503, 200});
  }
  REQUIRE(recording.records().size() == 2);
  CHECK(recording.recorder.is_failing() == false);  // the last was stored
  CHECK(recording.statuses({booking("two", long_note)}) == Statuses{200});
  const Record again = recording.records().back();
  CHECK(again.event == "booking.created");
  CHECK(again.attempt == 1);
  CHECK(!again.duplicate_of);
}

TEST_CASE("a delivery that the app was to have, and that could not be handed on, has not come") {
  Recorder::Plan plan;
  bool fails = true;
  plan.relay = [&](const Delivery&) -> Attempt {
    if (fails) throw std::bad_alloc();
    Attempt attempt;
    attempt.status = 200;
    return attempt;
  };
  Recording recording(std::move(plan));
  CHECK_THROWS_AS(recording.recorder.take({booking("one", "a")}), std::bad_alloc);
  fails = false;
  CHECK(recording.statuses({booking("one", "a")}) == Statuses{200});
  const auto records = recording.records();
  REQUIRE(records.size() == 1);
  CHECK(records[0].event == "booking.created");
  CHECK(records[0].attempt == 1);
}

TEST_CASE("lines that can't be taken back are written one by one") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  REQUIRE(::fcntl(ends[1], F_SETPIPE_SZ, 4096) >= 0);
  std::signal(SIGPIPE, SIG_IGN);
  // It has read the first line, and a part of the second, when it goes.
  std::thread reader([end = ends[0]] {
    char bytes[3000];
    for (size_t count = 0; count < sizeof bytes;) {
      const ssize_t read = ::read(end, bytes, sizeof bytes - count);
      if (read <= 0) break;
      count += static_cast<size_t>(read);
    }
    ::close(end);
  });
  Terminal terminal{::open("/dev/null", O_WRONLY | O_CLOEXEC), ColorChoice::never, true};
  DeliveryLog log(terminal, "");
  Journal journal(ends[1], "standard output");
  Recorder recorder(journal, nullptr, Recording::completed({}), log);
  const auto answers = recorder.take({delivery("1"), delivery(std::string(100'000, 'x'))});
  reader.join();
  CHECK(answers[0].status == 200);
  CHECK(answers[1].status == 503);
  CHECK(recorder.has_ended());
  ::close(ends[1]);
}
