// The program by its command line, in this process.

#include "delivery/line_reader.hpp"
#include "loopback.hpp"
#include "program_run.hpp"
#include "scratch_folder.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

using namespace farehook;
using namespace std::chrono_literals;

namespace {

/// The port in a ready file, once it is there.
int ready_port(const std::string& path) {
  const auto end = std::chrono::steady_clock::now() + 30s;
  while (std::chrono::steady_clock::now() < end) {
    const std::string url = content_of(path);
    if (!url.empty()) return std::stoi(url.substr(url.rfind(':') + 1));
    std::this_thread::sleep_for(1ms);
  }
  FAIL("no ready file");
  return 0;
}

int post_to(int port, const std::string& body) {
  const LoopbackClient client(port);
  client.send(post(body));
  return status_of(client.answer());
}

}  // namespace

TEST_CASE("version and help go to standard output") {
  Run version({"--version"});
  CHECK(version.status() == 0);
  CHECK(version.out().starts_with("farehook 0."));
  Run help({"listen", "--help"});
  CHECK(help.status() == 0);
  CHECK(help.out().find("--append FILE") != std::string::npos);
  CHECK(help.err().empty());
}

TEST_CASE("records that nobody keeps are not said to be kept") {
  Run run({"listen", "--port", "0", "--timeout", "0"}, "/dev/null");
  CHECK(run.status() == 0);
  CHECK(run.err().find(", records go to /dev/null\n") != std::string::npos);
  CHECK(run.err().find("None is kept; --append webhooks.jsonl keeps them.\n") != std::string::npos);
  CHECK(run.err().find("standard output") == std::string::npos);
}

TEST_CASE("wrong usage is two lines and status 2") {
  const std::vector<std::string> wrong[] = {{},
                                            {"bogus"},
                                            {"--bogus"},
                                            {"listen", "--bogus"},
                                            {"listen", "extra"},
                                            {"listen", "--port", "70000"},
                                            {"listen", "--port", "-1"},
                                            {"listen", "--port", "0x10"},
                                            {"listen", "--port", ""},
                                            {"listen", "--port"},
                                            {"listen", "--port", "--append", "x"},
                                            {"listen", "--timeout", "5x"},
                                            {"listen", "--count", "0"},
                                            {"listen", "--max-body", "-1"},
                                            {"listen", "--respond", "99"},
                                            {"listen", "--path", "hook"},
                                            {"listen", "--tee"},
                                            {"listen", "--sync"},
                                            {"listen", "--color", "red"}};
  for (const auto& arguments : wrong) {
    Run run(arguments);
    const std::string shown = arguments.empty() ? "(nothing)" : arguments.back();
    CHECK_MESSAGE(run.status() == 2, shown);
    CHECK(run.out().empty());
    const std::string err = run.err();
    CHECK_MESSAGE(std::count(err.begin(), err.end(), '\n') == 2, err);
    CHECK_MESSAGE(err.starts_with("farehook: "), err);
    CHECK_MESSAGE(err.find("--help") != std::string::npos, err);
  }
}

TEST_CASE("a password is not repeated, wherever it was typed") {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"http://user:hunter2@127.0.0.1/"},
        {"replay", "http://user:hunter2@127.0.0.1/"},
        {"replay", "a.jsonl", "--to", "http://user:hunter2@:99999/"},
        {"listen", "--host", "http://user:hunter2@127.0.0.1/"},
        {"listen", "--forward-to", "ftp://user:hunter2@127.0.0.1/"},
        {"replay", "a.jsonl", "--header", "Authorization Bearer hunter2"}}) {
    Run run(arguments);
    CHECK(run.status() != 0);
    CHECK(run.err().find("farehook: ") != std::string::npos);
    CHECK(run.err().find("hunter2") == std::string::npos);
  }
}

TEST_CASE("help that can't be written is not a success") {
  CHECK(Run({"--help"}, "/dev/full").status() == 3);
}

TEST_CASE("listen prints records and ends at its count") {
  const ScratchFolder folder;
  Run run({"listen", "--port", "0", "--ready-file", folder.file("ready"), "--count", "2"});
  const int port = ready_port(folder.file("ready"));
  CHECK(post_to(port, R"({"booking":{"uuid":"u","status":"booked"}})") == 200);
  CHECK(post_to(port, R"({"booking":{"uuid":"u","status":"booked","note":"x"}})") == 200);
  CHECK(run.status() == 0);
  std::istringstream lines(run.out());
  std::string line;
  std::vector<std::string> events;
  while (std::getline(lines, line)) events.push_back(nlohmann::json::parse(line)["event"]);
  CHECK(events == std::vector<std::string>{"booking.created", "booking.updated"});
}

TEST_CASE("what a check finds stands in the record and under the delivery's line") {
  const ScratchFolder folder;
  const std::string bodies[] = {content_of(FAREHOOK_FIXTURES "/broken/type.json"), "{'item': 7}",
                                content_of(FAREHOOK_FIXTURES "/life/created.json")};
  Run run({"listen", "--check", "--port", "0", "--ready-file", folder.file("ready"), "--append",
           folder.file("a.jsonl"), "--count", "3"});
  const int port = ready_port(folder.file("ready"));
  for (const std::string& body : bodies) CHECK(post_to(port, body) == 200);
  CHECK(run.status() == 0);
  std::vector<nlohmann::json> findings;
  for_each_line(folder.file("a.jsonl"), Tail::read, [&](const LineReader::Line& line) {
    findings.push_back(nlohmann::json::parse(line.text)["findings"]);
    return true;
  });
  REQUIRE(findings.size() == 3);
  CHECK(findings[0][0]["line"] == 74);
  CHECK(findings[0][0]["pointer"] == "/booking/customer_count");
  CHECK(findings[1][0]["rule"] == "quotes");
  CHECK(findings[2] == nlohmann::json::array());
  const std::string err = run.err();
  CHECK(err.find("\n          74:23: error: `customer_count` is a string; FareHarbor sends an integer [type] "
                 "/booking/customer_count\n") != std::string::npos);
  CHECK(err.find("2 of them are not what FareHarbor sends") != std::string::npos);
}

TEST_CASE("the journal is the memory of the next run") {
  const ScratchFolder folder;
  const std::string body = R"({"booking":{"uuid":"u","status":"booked"}})";
  for (const char* expected : {"booking.created 1", "booking.repeated 2"}) {
    Run run({"listen", "--port", "0", "--ready-file", folder.file("ready"), "--count", "1", "--append",
             folder.file("a")});
    CHECK(post_to(ready_port(folder.file("ready")), body) == 200);
    CHECK(run.status() == 0);
    CHECK(run.out().empty());
    const std::string content = content_of(folder.file("a"));
    const auto last = nlohmann::json::parse(content.substr(content.rfind('\n', content.size() - 2) + 1));
    CHECK(last["event"].get<std::string>() + " " + last["attempt"].dump() == expected);
  }
}

TEST_CASE("a listener that is asked to stop while it reads its journal does not begin to listen") {
  const ScratchFolder folder;
  write_file(folder.file("a"), "{}\n{}\n{}\n");
  const std::string out = folder.file("out"), ready = folder.file("ready"), journal = folder.file("a");
  const int stream = ::open(out.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  for (const bool has_count : {false, true}) {
    Signals signals;
    signals.ask_to_stop(SIGTERM);
    std::vector<const char*> argv{"farehook",     "listen",      "--port",   "0",
                                  "--ready-file", ready.c_str(), "--append", journal.c_str()};
    if (has_count) argv.insert(argv.end(), {"--count", "1"});
    Session session{stream, stream, stream, signals};
    CHECK(run(static_cast<int>(argv.size()), argv.data(), session) == (has_count ? 143 : 0));
  }
  ::close(stream);
  const std::string said = content_of(out);
  CHECK(said.find("a:1: not a record") != std::string::npos);
  CHECK(said.find("more lines") == std::string::npos);
  CHECK(said.find("listens on") == std::string::npos);
}

TEST_CASE("a retry of what was not accepted is the same event") {
  const ScratchFolder folder;
  Run run(
      {"listen", "--port", "0", "--ready-file", folder.file("ready"), "--count", "2", "--respond", "500"});
  const int port = ready_port(folder.file("ready"));
  for (int i = 0; i < 2; ++i) CHECK(post_to(port, R"({"booking":{"uuid":"u","status":"cancelled"}})") == 500);
  CHECK(run.status() == 0);
  const std::string out = run.out();
  const auto second = nlohmann::json::parse(out.substr(out.find('\n') + 1));
  CHECK(second["event"] == "booking.cancelled");
  CHECK(second["attempt"] == 2);
  CHECK(second["duplicate_of"] == nlohmann::json::parse(out.substr(0, out.find('\n')))["id"]);
  CHECK(second["response"]["status"] == 500);
}

TEST_CASE("what can't be written is answered 503 and the status says so") {
  const ScratchFolder folder;
  for (const bool to_file : {true, false}) {
    std::vector<std::string> arguments{"listen", "--port", "0", "--ready-file", folder.file("ready")};
    if (to_file) arguments.insert(arguments.end(), {"--append", "/dev/full"});
    Run run(arguments, to_file ? nullptr : "/dev/full");
    CHECK(post_to(ready_port(folder.file("ready")), "{}") == 503);
    run.stop(SIGINT);
    CHECK(run.status() == 3);
    CHECK(run.err().find("No space left on device") != std::string::npos);
  }
}

TEST_CASE("how a listener ended is in its status") {
  const ScratchFolder folder;
  const std::vector<std::string> base{"listen", "--port", "0", "--ready-file", folder.file("ready")};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), base.begin(), base.end());
    return more;
  };
  CHECK(Run(with({"--timeout", "10ms"})).status() == 0);
  CHECK(Run(with({"--timeout", "10ms", "--count", "1"})).status() == 1);
  for (const auto& [more, status] : {std::pair{with({}), 0}, std::pair{with({"--count", "1"}), 128 + SIGTERM},
                                     std::pair{with({"--timeout", "1h"}), 128 + SIGTERM}}) {
    Run run(more);
    ready_port(folder.file("ready"));
    run.stop(SIGTERM);
    CHECK(run.status() == status);
  }
}

TEST_CASE("the demo tells a booking's life with one retry") {
  Run run({"listen", "--demo"});
  CHECK(run.status() == 0);
  std::istringstream lines(run.out());
  std::string line, told;
  while (std::getline(lines, line)) {
    const auto record = nlohmann::json::parse(line);
    told += record["event"].get<std::string>() + " " + record["response"]["status"].dump() + " " +
            record["attempt"].dump() + "\n";
  }
  CHECK(told ==
        "booking.created 200 1\nbooking.updated 200 1\nbooking.rebooked 200 1\nbooking.rebooked 200 1\n"
        "booking.cancelled 500 1\nbooking.cancelled 200 2\n");
}

TEST_CASE("a ready file holds the URL and replaces an old one") {
  const ScratchFolder folder;
  write_file(folder.file("ready"), "");
  Run run({"listen", "--port", "0", "--ready-file", folder.file("ready"), "--path", "/hook"});
  const int port = ready_port(folder.file("ready"));
  CHECK(content_of(folder.file("ready")) == "http://127.0.0.1:" + std::to_string(port) + "/hook\n");
}
