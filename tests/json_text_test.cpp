#include "delivery/json_text.hpp"

#include "delivery/json_string.hpp"
#include "delivery/utf8.hpp"
#include "scratch_folder.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <random>

using namespace farehook;

namespace {

/// Writes down what it is told, in order: "{ k:"a" n:1 }".
struct Notes : JsonVisitor {
  std::string text;
  void key(std::string_view raw) override { text.append(" k:").append(raw); }
  void scalar(JsonKind kind, std::string_view raw) override {
    text.append(" ").append(1, "oasnbz"[static_cast<int>(kind)]).append(":").append(raw);
  }
  void open(JsonKind kind, const char* at) override {
    text.append(kind == JsonKind::object ? " {" : " [");
    CHECK(*at == text.back());
  }
  void close(JsonKind kind, const char* end) override {
    text.append(kind == JsonKind::object ? " }" : " ]");
    CHECK(end[-1] == text.back());
  }
};

std::string notes_of(std::string_view text) {
  Notes notes;
  REQUIRE(!read_json(text, notes));
  return notes.text;
}

bool accepts(std::string_view text, size_t max_depth = max_json_depth) {
  JsonVisitor nobody;
  return !read_json(text, nobody, max_depth);
}

JsonFault fault_of(std::string_view text) {
  JsonVisitor nobody;
  const auto fault = read_json(text, nobody);
  REQUIRE_MESSAGE(fault, text);
  return *fault;
}

/// Where the two may differ: numbers beyond a double, and a NUL byte, at which nlohmann's reader stops.
bool has_exception(const std::string& text) {
  if (text.find('\0') != std::string::npos) return true;
  try {
    const auto value = nlohmann::json::parse(text);
    return value.is_discarded();
  } catch (const nlohmann::json::out_of_range&) {
    return true;
  } catch (const nlohmann::json::exception&) {
  }
  return false;
}

}  // namespace

TEST_CASE("a visitor is told what stands in the text as it stands there") {
  CHECK(notes_of(R"( {"a" : 1.10,"a":[true,false , null],"\u0062":{},"c":"\n" } )") ==
        R"( { k:"a" n:1.10 k:"a" [ b:true b:false z:null ] k:"\u0062" { } k:"c" s:"\n" })");
  CHECK(notes_of("12345678901234567890") == " n:12345678901234567890");
  CHECK(notes_of("\xef\xbb\xbf[ ]") == " [ ]");
}

TEST_CASE("a fault says where and why") {
  CHECK(fault_of("").offset == 0);
  CHECK(std::string(fault_of("").reason) == "ends too early");
  CHECK(fault_of("{\"a\": False}").offset == 6);
  CHECK(std::string(fault_of("{\"a\": False}").reason) == "expected a value");
  CHECK(fault_of("[1,]").offset == 3);
  CHECK(fault_of("{\"a\":1,}").offset == 7);
  CHECK(fault_of("{'a':1}").offset == 1);
  CHECK(fault_of("{\"a\" 1}").offset == 5);
  CHECK(fault_of("[1 2]").offset == 3);
  CHECK(fault_of("{} {}").offset == 3);
  CHECK(fault_of("\"abc").offset == 4);
  CHECK(fault_of("\"a\nb\"").offset == 2);
  CHECK(fault_of("[\"\xff\"]").offset == 2);
}

TEST_CASE("legal texts are taken and illegal ones are not") {
  for (const char* text : {"0", "-0", "1e400", "1E+2", "0.5", "-1.5e-7", "true", "null", "\"\"", "[]", "{}",
                           "\"\\/\"", "\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"", "\"\x7f\"", "\r\n\t 1 "})
    CHECK_MESSAGE(accepts(text), text);
  for (const char* text : {"01",
                           "-",
                           "+1",
                           "1.",
                           ".5",
                           "1e",
                           "1e+",
                           "0x1",
                           "NaN",
                           "Infinity",
                           "tru",
                           "nulll",
                           "'a'",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\ud83d\"",
                           "\"\\ud83dx\"",
                           "\"\\ud83d\\u0041\"",
                           "\"\\ude00\"",
                           "\"\t\"",
                           "[",
                           "]",
                           "{",
                           "{1:2}",
                           "{\"a\"}",
                           "[,1]",
                           "//",
                           "/**/1",
                           "\xc2\xa0",
                           "1\xef\xbb\xbf",
                           "\"\xc0\xaf\"",
                           "\"\xed\xa0\x80\"",
                           "\"\xf4\x90\x80\x80\"",
                           "\"\xe2\x82\"",
                           "\"\x80\""})
    CHECK_MESSAGE(!accepts(text), text);
  CHECK(!accepts(std::string_view("1\0", 2)));
  CHECK(!accepts(std::string_view("\"\\\0\"", 4)));
}

TEST_CASE("nesting is bounded") {
  const auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(accepts(nested(max_json_depth)));
  CHECK(!accepts(nested(max_json_depth + 1)));
  CHECK(accepts(nested(256), 1000));  // no caller gets more than 256
  CHECK(!accepts(nested(257), 1000));
  CHECK(fault_of(nested(100'000)).offset == max_json_depth);
}

TEST_CASE("strings of every length end where they end") {
  // The scan goes eight bytes at a time: each byte gets each place in the eight.
  for (size_t before = 0; before < 20; ++before)
    for (const std::string special : {"\\n", "\\u00e9", "\xc3\xa9", "\xf0\x9f\x98\x80", "x"}) {
      const std::string raw =
          "\"" + std::string(before, 'a') + special + std::string(20 - before, 'b') + "\"";
      CHECK(notes_of(raw) == " s:" + raw);
      CHECK(!accepts(raw.substr(0, raw.size() - 1)));
      std::string broken = raw;
      broken[before + 1] = '\x1f';
      CHECK(!accepts(broken));
    }
}

TEST_CASE("quoting and unquoting give a text back") {
  std::string all;
  for (int c = 1; c < 0x80; ++c) all += static_cast<char>(c);
  all += std::string(1, '\0') + "é€😀\u2028";
  std::string json;
  append_quoted(json, all);
  CHECK(unquote(json) == all);
  CHECK(nlohmann::json::parse(json) == all);
  CHECK(unquote(R"("\u0041\u00e9\u20ac\ud83d\ude00\"\\\/\b\f\n\r\t")") == "Aé€😀\"\\/\b\f\n\r\t");
}

TEST_CASE("it takes what nlohmann takes over mutated texts") {
  std::vector<std::string> seeds = {content_of(FAREHOOK_FIXTURES "/life/created.json").substr(0, 600),
                                    R"({"a":[1,-0.5e+7,"\ud83d\ude00é",{"b":null}],"c":true,"d":"\\\"\/"})",
                                    R"([[[[{"x":[{}]}]]]])",
                                    "\"\xf0\x9f\x98\x80\"",
                                    " \t\r\n[1 , 2.0 ,false]\n",
                                    "\xef\xbb\xbf{}"};
  const std::string alphabet = "{}[]\",:\\u0123456789dDeE+-.truefalsn \t\r\n\x80\xc3\xa9\xed\xf0\x9f\x98'/";
  std::mt19937 random(20270314);
  const auto below = [&](size_t bound) { return random() % bound; };
  int accepted = 0, refused = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text = seeds[below(seeds.size())];
    if (round % 3 == 0) text = text.substr(below(text.size()), below(40));
    for (size_t change = below(3); change > 0 && !text.empty(); --change) {
      const size_t at = below(text.size());
      switch (below(3)) {
        case 0:
          text[at] = alphabet[below(alphabet.size())];
          break;
        case 1:
          text.insert(at, 1, alphabet[below(alphabet.size())]);
          break;
        default:
          text.erase(at, 1 + below(3));
      }
    }
    const bool ours = accepts(text), theirs = nlohmann::json::accept(text);
    if (ours != theirs) REQUIRE_MESSAGE(has_exception(text), text);
    ++(ours ? accepted : refused);
  }
  CHECK(accepted > 5000);
  CHECK(refused > 5000);
}

TEST_CASE("UTF-8 is told from other bytes") {
  for (const char* good :
       {"", "plain ascii of more than eight bytes", "é", "12345678é", "€", "😀", "\xf4\x8f\xbf\xbf"})
    CHECK_MESSAGE(is_utf8(good), good);
  for (const char* bad : {"\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80",
                          "\xf4\x90\x80\x80", "12345678\xff", "1234567\xc3", "\xf0\x9f\x98"})
    CHECK(!is_utf8(bad));
}
