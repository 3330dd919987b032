// farehook validate by its command line, in this process.

#include "program_run.hpp"
#include "scratch_folder.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace farehook;

namespace {

const std::string fixtures = FAREHOOK_FIXTURES;

void write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::vector<nlohmann::json> json_lines(const std::string& text) {
  std::vector<nlohmann::json> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) all.push_back(nlohmann::json::parse(line));
  return all;
}

}  // namespace

TEST_CASE("good payloads exit 0 and print nothing") {
  Run run({"validate", fixtures + "/payloads", fixtures + "/life"});
  CHECK(run.status() == 0);
  CHECK(run.out().empty());
  CHECK(run.err() == "21 payloads in 21 files: nothing found\n");
}

TEST_CASE("errors exit 1, warnings with --strict only, notes never") {
  const std::string broken = fixtures + "/broken/";
  CHECK(Run({"validate", broken + "type.json"}).status() == 1);
  CHECK(Run({"validate", broken + "missing.json"}).status() == 0);
  CHECK(Run({"validate", "--strict", broken + "missing.json"}).status() == 1);
  CHECK(Run({"validate", "--strict", broken + "unknown-key.json"}).status() == 0);
}

TEST_CASE("a finding is told with its line, and a mark under what it is about") {
  Run run({"validate", fixtures + "/broken/type.json"});
  CHECK(run.status() == 1);
  CHECK(
      run.out() ==
      fixtures +
          R"(/broken/type.json:74:23: error: `customer_count` is a string; FareHarbor sends an integer [type]
    "customer_count": "1",
                      ^~~  /booking/customer_count
    Write 1 without quotes.
)");
  CHECK(run.err() == "1 payload in 1 file: 1 error, 0 warnings, 0 notes\n");
}

TEST_CASE("the line of several findings at one place is shown once") {
  Run run({"validate", "-"}, nullptr, R"({"item":{"pk":"1","name":"a","company":{"name":"a"}}})");
  CHECK(run.status() == 1);
  CHECK(
      run.out() ==
      R"(standard input:1:9: warning: `external_api_url` is missing in item; FareHarbor always sends a string [missing]
    {"item":{"pk":"1","name":"a","company":{"name":"a"}}}
            ^  /item/external_api_url
standard input:1:9: warning: `dashboard_url` is missing in item; FareHarbor always sends a string [missing] /item/dashboard_url
standard input:1:15: error: `pk` is a string; FareHarbor sends an integer [type]
    {"item":{"pk":"1","name":"a","company":{"name":"a"}}}
                  ^~~  /item/pk
    Write 1 without quotes.
standard input:1:40: warning: `shortname` is missing in company; FareHarbor always sends a string [missing]
    ... tem":{"pk":"1","name":"a","company":{"name":"a"}}}
                                            ^  /item/company/shortname
standard input:1:40: warning: `currency` is missing in company; FareHarbor always sends a string [missing] /item/company/currency
)");
}

TEST_CASE("a bad line does not stop the rest, and every line is counted") {
  const ScratchFolder folder;
  const std::string good =
      R"({"item":{"pk":7,"name":"","company":{"name":"","shortname":"","currency":"usd"},)"
      R"("external_api_url":"https://x/7","dashboard_url":"https://x/7"}})";
  write(folder.file("a.jsonl"), good + "\nnot json\n\n{\"item\":1}\n" + good + "\n" + good.substr(0, 20));
  Run run({"validate", "--format", "json", folder.file("a.jsonl")});
  CHECK(run.status() == 1);
  const auto found = json_lines(run.out());
  REQUIRE(found.size() == 3);
  CHECK(found[0]["line"] == 2);
  CHECK(found[0]["rule"] == "syntax");
  CHECK(found[1]["line"] == 4);
  CHECK(found[1]["column"] == 9);
  CHECK(found[1]["pointer"] == "/item");
  CHECK(found[2]["line"] == 6);
  CHECK(found[2]["rule"] == "cut-off");
  CHECK(run.err().starts_with("5 payloads in 1 file"));
}

TEST_CASE("standard input is one payload or lines, whichever it is") {
  const std::string item = content_of(fixtures + "/payloads/item.json");
  const std::string line = nlohmann::json::parse(item).dump();
  const auto summary = [](const std::string& in) {
    Run run({"validate", "-"}, nullptr, in);
    run.status();
    return run.err();
  };
  CHECK(summary(item).starts_with("1 payload in 1 file: nothing"));
  CHECK(summary("\n\n" + item).starts_with("1 payload in 1 file: nothing"));
  CHECK(summary(line).starts_with("1 payload in 1 file: nothing"));
  CHECK(summary(line + "\n" + line + "\n" + line).starts_with("3 payloads in 1 file: nothing"));
  CHECK(summary("{'item': 1}\n" + line).starts_with("2 payloads in 1 file: 2 errors"));
  CHECK(summary("").starts_with("1 payload in 1 file: 1 error"));
  Run shifted({"validate", "--format", "json", "-"}, nullptr, "\n\n{\n\"item\":\n None}");
  CHECK(shifted.status() == 1);
  CHECK(json_lines(shifted.out())[0]["line"] == 5);
}

TEST_CASE("what can't be read is told, the rest is read, and the status is 3") {
  const ScratchFolder folder;
  Run run({"validate", folder.file("absent.json"), fixtures + "/broken/type.json", folder.file("")});
  CHECK(run.status() == 3);
  CHECK(run.out().find("[type]") != std::string::npos);
  CHECK(run.err().find("absent.json: No such file or directory\n") != std::string::npos);
  CHECK(run.err().find("no .json, .jsonl or .ndjson in this folder") != std::string::npos);
}

TEST_CASE("a folder is read in the order of its names, whatever else lies in it") {
  const ScratchFolder folder;
  std::filesystem::create_directory(folder.file("b"));
  std::filesystem::create_directory(folder.file("z.json"));
  for (const char* name : {"c.json", "a.jsonl", "b/x.json", "notes.txt"}) write(folder.file(name), "{}");
  std::filesystem::create_directory_symlink(folder.file("b"), folder.file("b/again"));
  Run run({"validate", "--format", "json", folder.file("")});
  CHECK(run.status() == 1);
  std::vector<std::string> order;
  for (const auto& line : json_lines(run.out()))
    order.push_back(std::filesystem::path(line["file"].get<std::string>()).filename());
  CHECK(order == std::vector<std::string>{"a.jsonl", "x.json", "c.json"});
}

TEST_CASE("what is found again and again is told ten times, and counted") {
  const ScratchFolder folder;
  std::string text;
  for (int i = 0; i < 50; ++i) text += "{\"item\":1}\n";
  write(folder.file("a.jsonl"), text);
  const auto told = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "validate");
    arguments.push_back(folder.file("a.jsonl"));
    Run run(arguments);
    CHECK(run.status() == 1);
    const std::string out = run.out();
    size_t count = 0;
    for (size_t at = out.find("[type]\n"); at != std::string::npos; at = out.find("[type]\n", at + 1))
      ++count;
    return std::to_string(count) +
           (out.find("and 40 more of [type] /item\n") != std::string::npos ? " and more" : "");
  };
  CHECK(told({}) == "10 and more");
  CHECK(told({"--all"}) == "50");
}

TEST_CASE("annotations escape what means something to GitHub") {
  const ScratchFolder folder;
  write(folder.file("a,b:100%.json"), "{\"item\":{\"pk\":\"1\"}}");
  Run run({"validate", "--format", "github", folder.file("a,b:100%.json")});
  CHECK(run.status() == 1);
  CHECK(run.out().find(
            "a%2Cb%3A100%25.json,line=1,col=15,endColumn=18,title=type::`pk` is a string; FareHarbor sends "
            "an integer (/item/pk)%0AWrite 1 without quotes.\n") != std::string::npos);
  CHECK(run.out().starts_with("::warning file="));
}

TEST_CASE("SARIF is one object, with every rule and a place for each finding") {
  Run run({"validate", "--format", "sarif", fixtures + "/broken"});
  CHECK(run.status() == 1);
  const auto log = nlohmann::json::parse(run.out());
  const auto& sarif = log["runs"][0];
  CHECK(log["version"] == "2.1.0");
  for (const auto& result : sarif["results"]) {
    const auto& rule = sarif["tool"]["driver"]["rules"][result["ruleIndex"].get<size_t>()];
    CHECK(rule["id"] == result["ruleId"]);
    CHECK(result["locations"][0]["physicalLocation"]["region"]["startLine"].get<int>() >= 1);
  }
  CHECK(sarif["results"].size() >= sarif["tool"]["driver"]["rules"].size());
  Run none({"validate", "--format", "sarif", fixtures + "/payloads"});
  CHECK(none.status() == 0);
  CHECK(nlohmann::json::parse(none.out())["runs"][0]["results"].empty());
}

TEST_CASE("JUnit has a case for each payload, and failures by --strict") {
  Run run(
      {"validate", "--format", "junit", fixtures + "/broken/missing.json", fixtures + "/payloads/item.json"});
  CHECK(run.status() == 0);
  CHECK(run.out().find("<testsuites tests=\"2\" failures=\"0\"") != std::string::npos);
  Run strict({"validate", "--strict", "--format", "junit", fixtures + "/broken/missing.json"});
  CHECK(strict.status() == 1);
  CHECK(strict.out().find("failures=\"1\"") != std::string::npos);
  CHECK(strict.out().find("<failure type=\"missing\"") != std::string::npos);
}

TEST_CASE("what is not listed is counted by its severity, and fails by that, in every format") {
  const ScratchFolder folder;
  std::string keys, twice;
  for (int i = 0; i < 1100; ++i) {
    keys += R"("k)" + std::to_string(i) + R"(":1,)";
    twice += R"("note":"",)";
  }
  const std::string payload = content_of(fixtures + "/payloads/required-keys-only.json");
  const std::string begin = R"({"booking":{)", rest = payload.substr(payload.find('"', payload.find(':')));
  write(folder.file("notes.json"), begin + keys + rest);
  write(folder.file("warnings.json"), begin + twice + rest);
  write(folder.file("errors.json"), begin + twice + R"("pk":"1",)" + rest);
  struct Example {
    const char* file;
    bool fails, fails_strictly;
    std::string counts;
  };
  const Example examples[] = {
      {"notes.json", false, false,
       "0 errors, 0 warnings, 1000 notes, and 100 more that are not listed: 0 errors, 0 warnings, 100 "
       "notes\n"},
      {"warnings.json", false, true,
       "0 errors, 1000 warnings, 0 notes, and 100 more that are not listed: 0 errors, 100 warnings, 0 "
       "notes\n"},
      {"errors.json", true, true,
       "0 errors, 1000 warnings, 0 notes, and 102 more that are not listed: 1 error, 101 warnings, 0 "
       "notes\n"},
  };
  for (const Example& each : examples)
    for (const char* format : {"text", "json", "github", "junit", "sarif"})
      for (const bool strict : {false, true}) {
        CAPTURE(each.file);
        CAPTURE(format);
        CAPTURE(strict);
        std::vector<std::string> arguments = {"validate", "--format", format, folder.file(each.file)};
        if (strict) arguments.insert(arguments.begin() + 1, "--strict");
        Run run(arguments);
        const bool fails = strict ? each.fails_strictly : each.fails;
        CHECK(run.status() == (fails ? 1 : 0));
        CHECK(run.err() == "1 payload in 1 file: " + each.counts);
        if (format != std::string_view("junit")) continue;
        CHECK(run.out().find(fails ? "failures=\"1\"" : "failures=\"0\"") != std::string::npos);
        CHECK(run.out().find(each.counts.substr(each.counts.find("and "))) != std::string::npos);
      }
}

TEST_CASE("what farehook knows is told: rules, a rule, a schema") {
  Run rules({"validate", "--rules"});
  CHECK(rules.status() == 0);
  CHECK(rules.out().find("customer-count") != std::string::npos);
  Run lines({"validate", "--rules", "--format", "json"});
  CHECK(lines.status() == 0);
  for (const auto& rule : json_lines(lines.out())) {
    CHECK(!rule["source"].get<std::string>().empty());
    Run page({"validate", "--explain", rule["rule"].get<std::string>()});
    CHECK(page.status() == 0);
    CHECK(page.out().find(rule["rule"].get<std::string>()) == 0);
  }
  Run schema({"validate", "--schema", "bookings"});
  CHECK(schema.status() == 0);
  CHECK(nlohmann::json::parse(schema.out())["$schema"] == "https://json-schema.org/draft/2020-12/schema");
}

TEST_CASE("wrong usage is told in two lines") {
  const std::vector<std::vector<std::string>> wrong = {{"validate"},
                                                       {"validate", "--explain", "no-such"},
                                                       {"validate", "--schema", "auto"},
                                                       {"validate", "--type", "x", "-"},
                                                       {"validate", "--format", "xml", "-"}};
  for (const auto& arguments : wrong) {
    Run run(arguments);
    CHECK(run.status() == 2);
    CHECK(run.out().empty());
    const std::string err = run.err();
    CHECK(std::count(err.begin(), err.end(), '\n') == 2);
  }
}

TEST_CASE("a full disk under the findings is status 3") {
  Run run({"validate", fixtures + "/broken"}, "/dev/full");
  CHECK(run.status() == 3);
  CHECK(run.err().find("standard output: No space left on device\n") != std::string::npos);
}

TEST_CASE("standard input that says nothing is left at ^C") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  Signals signals;
  const char* const argv[] = {"farehook", "validate", "-"};
  const ScratchFolder folder;
  const int out = ::open(folder.file("out").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  Session session{ends[0], out, out, signals};
  auto status = std::async(std::launch::async, [&] { return run(3, argv, session); });
  signals.ask_to_stop(SIGINT);
  REQUIRE(status.wait_for(std::chrono::seconds(20)) == std::future_status::ready);
  CHECK(status.get() == 130);
  CHECK(content_of(folder.file("out")).empty());
  for (const int descriptor : {ends[0], ends[1], out}) ::close(descriptor);
}
