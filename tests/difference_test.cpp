#include "booking/difference.hpp"

#include "scratch_folder.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <random>
#include <set>

using namespace farehook;
using nlohmann::json;

using Pointers = std::vector<std::string>;

TEST_CASE("equal values have no differences, however they are written") {
  CHECK(differences(R"({"a":1,"b":"é","c":[1.0,-0]})", R"({"c":[1,0],"b":"\u00e9","a":1.0})").empty());
  CHECK(differences("{}", " {\n} ").empty());
  CHECK(differences("not json", "not json").empty());
}

TEST_CASE("a difference is named where it stands") {
  CHECK(differences(R"({"b":{"n":"x","m":1}})", R"({"b":{"n":"y","m":1}})") == Pointers{"/b/n"});
  CHECK(differences(R"({"a":1})", R"({"a":"1"})") == Pointers{"/a"});
  CHECK(differences(R"({"a":{"x":1}})", R"({"a":null})") == Pointers{"/a"});
  CHECK(differences(R"({"a":1})", R"({"a":1,"n/e~w":2})") == Pointers{"/n~1e~0w"});
  CHECK(differences(R"({"a":1,"gone":[1,2]})", R"({"a":1})") == Pointers{"/gone"});
  CHECK(differences(R"({"a":[1,2,3]})", R"({"a":[1,5]})") == Pointers{"/a/1", "/a/2"});
  CHECK(differences(R"({"a":[]})", R"({"a":[{"x":1}]})") == Pointers{"/a/0"});
  CHECK(differences("1", "2") == Pointers{""});
  CHECK(differences("not json", "{}") == Pointers{""});
}

TEST_CASE("of a key that is there twice the last value counts") {
  CHECK(differences(R"({"a":1,"a":2})", R"({"a":2})").empty());
  CHECK(differences(R"({"a":2})", R"({"a":1,"a":2})").empty());
  CHECK(differences(R"({"a":1,"a":2})", R"({"a":1})") == Pointers{"/a"});
}

TEST_CASE("of many differences the members that they stand in are named") {
  json before, after;
  for (int i = 0; i < 300; ++i) {
    before["booking"]["list"].push_back({{"x", i}});
    after["booking"]["list"].push_back({{"x", i + 1}});
  }
  before["booking"]["note"] = "a";
  after["booking"]["note"] = "b";
  CHECK(differences(before.dump(), after.dump()) == Pointers{"/booking/list", "/booking/note"});
  for (int i = 0; i < 200; ++i) after["booking"]["key" + std::to_string(i)] = i;
  CHECK(differences(before.dump(), after.dump()) == Pointers{"/booking"});
}

TEST_CASE("long and deep texts are compared within their bounds") {
  const std::string long_text = "\"" + std::string(max_compared_bytes, 'x') + "\"";
  CHECK(differences(long_text, long_text).empty());
  CHECK(differences(long_text, "1") == Pointers{""});
  const std::string deep = std::string(119, '[') + "1" + std::string(119, ']');
  std::string other = deep;
  other[119] = '2';
  std::string path;
  for (int i = 0; i < 119; ++i) path += "/0";
  CHECK(differences(deep, other) == Pointers{path});
}

TEST_CASE("what is named is what a JSON Patch would touch") {
  const json original = json::parse(content_of(FAREHOOK_FIXTURES "/life/created.json"));
  std::mt19937 random(7);
  const json flat = original.flatten();
  const std::string before = flat.unflatten().dump();  // empty objects and arrays are null in it
  for (int round = 0; round < 300; ++round) {
    json changed_flat = flat;
    std::set<std::string> expected;
    for (unsigned i = 0; i <= random() % 5; ++i) {
      auto leaf = changed_flat.begin();
      std::advance(leaf, static_cast<long>(random() % changed_flat.size()));
      leaf.value() = "changed " + std::to_string(round);
      expected.insert(leaf.key());
    }
    const auto found = differences(before, changed_flat.unflatten().dump());
    CHECK(std::set<std::string>(found.begin(), found.end()) == expected);
  }
}
