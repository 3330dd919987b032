// farehook simulate by its command line, in this process.

#include "program_run.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <sstream>
#include <thread>

using namespace farehook;

namespace {

std::vector<nlohmann::json> lines_of(const std::string& text) {
  std::vector<nlohmann::json> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) all.push_back(nlohmann::json::parse(line));
  return all;
}

/// "500@0 closed@60 lost 3": what the attempts of one delivery came to, and when.
std::string story_of(const std::string& out) {
  std::string story;
  for (const auto& line : lines_of(out)) {
    if (!line.contains("attempt")) {
      story += line["outcome"].get<std::string>() + " " + std::to_string(line["attempts"].get<int>());
      continue;
    }
    const std::string at = line["scheduled_at"];
    const int minutes = std::stoi(at.substr(14, 2)), seconds = std::stoi(at.substr(17, 2));
    story += (line.contains("status") ? std::to_string(line["status"].get<int>())
                                      : line["error"].get<std::string>()) +
             "@" + std::to_string(minutes * 60 + seconds) + " ";
  }
  return story;
}

}  // namespace

TEST_CASE("FareHarbor's three retries come a minute apart, whatever is not accepted") {
  const std::pair<const char*, const char*> expected[] = {
      {"500,500,500,500", "500@0 500@60 500@120 500@180 lost 4"},
      {"500,drop,200", "500@0 closed@60 200@120 delivered 3"},
      {"301", "301@0 301@60 301@120 301@180 lost 4"},
      {"204", "204@0 delivered 1"},
      {"429,200", "429@0 200@60 delivered 2"},
      {"hang:10s,200@5s", "closed@0 200@70 delivered 2"},
      {"hang,200", "timeout@0 200@90 delivered 2"},
  };
  for (const auto& [answers, story] : expected) {
    Run run({"simulate", "--answers", answers});
    CHECK(run.status() == (std::string(story).find("lost") == std::string::npos ? 0 : 1));
    CHECK(story_of(run.out()) == story);
  }
}

TEST_CASE("no time goes back, however long it all takes") {
  Run many({"simulate", "--scenario", "lifecycle", "--bookings", "30000", "-q"});
  CHECK(many.status() == 0);
  const std::string out = many.out(), when = R"("scheduled_at":")";
  CHECK(out.substr(out.rfind(when) + when.size(), 10) == "2277-02-28");
  Run slow({"simulate", "--answers", "500", "--retries", "1000", "--interval", "365d"});
  CHECK(slow.status() == 1);
  CHECK(lines_of(slow.out()).back()["duration_s"] == 7'889'238'000.0);
}

TEST_CASE("the policy can be another") {
  Run strict({"simulate", "--answers", "204", "--expect", "200", "--retries", "1", "--interval", "10s"});
  CHECK(strict.status() == 1);
  Run in_time({"simulate", "--answers", "hang:30s,200@31s,200@30s", "--timeout", "30s"});
  CHECK(in_time.status() == 0);
  CHECK(story_of(in_time.out()) == "closed@0 timeout@90 200@180 delivered 3");
  CHECK(story_of(strict.out()) == "204@0 204@10 lost 2");
}

TEST_CASE("an outage loses what is due in it, and what it can't wait out") {
  Run run({"simulate", "--bookings", "60", "--over", "1h", "--outage", "10m..20m", "-q"});
  CHECK(run.status() == 1);
  size_t lost = 0, late = 0, deliveries = 0;
  for (const auto& line : lines_of(run.out())) {
    if (line.contains("attempt")) continue;
    ++deliveries;
    lost += line["outcome"] == "lost";
    late += line["outcome"] == "delivered" && line["attempts"] > 1;
  }
  // One a minute: of those due in minutes 10 to 19, the last three are tried again behind the outage.
  CHECK(deliveries == 60);
  CHECK(lost == 7);
  CHECK(late == 3);
}

TEST_CASE("the same seed gives the same bytes, and they are what FareHarbor sends") {
  Run first({"simulate", "--print", "--scenario", "mixed", "--bookings", "40", "--seed", "3", "--reorder",
             "30%", "--duplicates", "30%"});
  Run second({"simulate", "--print", "--scenario", "mixed", "--bookings", "40", "--seed", "3", "--reorder",
              "30%", "--duplicates", "30%"});
  CHECK(first.status() == 0);
  CHECK(second.status() == 0);
  CHECK(first.out() == second.out());
  const auto records = lines_of(first.out());
  CHECK(std::ranges::is_sorted(records, {},
                               [](const auto& record) { return record["id"].template get<std::string>(); }));
  for (const auto& record : records) CHECK(record["id"].get<std::string>()[14] == '7');
  Run check({"validate", "--strict", "-"}, nullptr, first.out());
  CHECK(check.status() == 0);
  CHECK(check.err().find("nothing found") != std::string::npos);
}

TEST_CASE("trouble comes when it is asked for") {
  const auto records = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"simulate", "--print", "--bookings", "50"});
    Run run(more);
    CHECK(run.status() == 0);
    return lines_of(run.out());
  };
  const auto plain = records({});
  CHECK(plain.size() == 50);
  const auto twice = records({"--duplicates", "100%"});
  REQUIRE(twice.size() == 100);
  CHECK(twice[0]["body_sha256"] == twice[1]["body_sha256"]);
  CHECK(twice[0]["id"] != twice[1]["id"]);
  CHECK(twice[0]["event"] == "booking.created");
  CHECK(twice[0]["attempt"] == 1);
  CHECK(!twice[0].contains("changed"));
  CHECK(twice[1]["event"] == "booking.repeated");
  CHECK(twice[1]["attempt"] == 2);
  CHECK(twice[1]["duplicate_of"] == twice[0]["id"]);
  const auto near = records({"--near-duplicates", "100%"});
  REQUIRE(near.size() == 100);
  CHECK(near[0]["body"]["booking"]["uuid"] == near[1]["body"]["booking"]["uuid"]);
  CHECK(near[0]["body_sha256"] != near[1]["body_sha256"]);
  CHECK(near[1]["event"] == "booking.repeated");
  CHECK(near[1]["attempt"] == 1);
  CHECK(!near[1]["changed"].empty());
  const auto turned = records({"--reorder", "100%"});
  REQUIRE(turned.size() == 50);
  CHECK(turned[0]["booking"] == plain[1]["booking"]);
  CHECK(turned[1]["booking"] == plain[0]["booking"]);
  const auto both = records({"--reorder", "100%", "--duplicates", "100%"});
  REQUIRE(both.size() == 100);
  for (const size_t first : {0, 2}) CHECK(both[first]["body_sha256"] == both[first + 1]["body_sha256"]);
  CHECK(both[2]["booking"] == plain[0]["booking"]);
  CHECK(records({"--bookings", "1", "--reorder", "100%", "--duplicates", "100%"}).size() == 2);
}

TEST_CASE("both sides tell the same story, attempt by attempt") {
  const ScratchFolder folder;
  Run listener({"listen", "--port", "0", "--ready-file", folder.file("ready"), "--append",
                folder.file("a.jsonl"), "--respond", "500,drop,200", "--count", "12"});
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  std::string url;
  while ((url = content_of(folder.file("ready"))).empty()) {
    REQUIRE(std::chrono::steady_clock::now() < end);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  url.pop_back();
  Run run(
      {"simulate", "--scenario", "order", "--bookings", "2", "--seed", "3", "--to", url, "--speed", "300"});
  CHECK(run.status() == 0);
  CHECK(listener.status() == 0);
  std::multiset<std::string> sent, received;
  for (const auto& line : lines_of(run.out()))
    if (line.contains("attempt"))
      sent.insert(std::to_string(line["attempt"].get<int>()) + " " +
                  (line.contains("status") ? line["status"].dump() : "null"));
  for (const auto& line : lines_of(content_of(folder.file("a.jsonl"))))
    received.insert(std::to_string(line["attempt"].get<int>()) + " " + line["response"]["status"].dump());
  CHECK(sent == received);
  CHECK(sent.size() == 12);
}

TEST_CASE("the operator's setting chooses what is sent") {
  Run run({"simulate", "--print", "--scenario", "lifecycle", "--configured", "cancellations"});
  CHECK(run.status() == 0);
  const auto records = lines_of(run.out());
  REQUIRE(records.size() == 1);
  CHECK(records[0]["event"] == "booking.cancelled");
}

TEST_CASE("a setting that leaves nothing is status 3, also where it is printed") {
  for (const bool prints : {true, false}) {
    std::vector<std::string> arguments{"simulate", "--configured", "cancellations"};
    if (prints) arguments.push_back("--print");
    Run run(arguments);
    CHECK(run.status() == 3);
    CHECK(run.out().empty());
    CHECK(run.err() == "farehook: nothing was " + std::string(prints ? "printed" : "sent") +
                           ": no webhook is wanted by --configured\n");
  }
}

TEST_CASE("wrong usage of simulate is two lines and status 2") {
  const std::vector<std::vector<std::string>> wrong = {
      {"simulate", "--answers", "abc"},       {"simulate", "--outage", "4m..10s"},
      {"simulate", "--scenario", "x"},        {"simulate", "--duplicates", "10"},
      {"simulate", "--to", "ftp://a"},        {"simulate", "--to", "http://127.0.0.1:1", "--answers", "200"},
      {"simulate", "--speed", "0"},           {"simulate", "--as", "x"},
      {"simulate", "--over", "1h", "a.json"}, {"simulate", "--scenario", "item", "a.json"},
      {"simulate", "--type", "auto"}};
  for (const auto& arguments : wrong) {
    Run run(arguments);
    CHECK(run.status() == 2);
    const std::string err = run.err();
    CHECK(std::count(err.begin(), err.end(), '\n') == 2);
  }
}
