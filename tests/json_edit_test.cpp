#include "delivery/json_edit.hpp"

#include <doctest/doctest.h>

using namespace farehook;

namespace {

std::string edited(const char* text, const char* edit) {
  JsonEdit parsed;
  REQUIRE(!parse_json_edit(edit, parsed));
  return with_edit(text, parsed).value_or("nothing");
}

}  // namespace

TEST_CASE("a value is replaced in place, and every other byte stays") {
  const char* const text = "{ \"a\" :\t1.10 , \"b\":[ 1,{\"c/d\":\"x\"} ],\r\n\"a~\":{} }";
  CHECK(edited(text, "/a=2") == "{ \"a\" :\t2 , \"b\":[ 1,{\"c/d\":\"x\"} ],\r\n\"a~\":{} }");
  CHECK(edited(text, "/b/1/c~1d=null") == "{ \"a\" :\t1.10 , \"b\":[ 1,{\"c/d\":null} ],\r\n\"a~\":{} }");
  CHECK(edited(text, "/b=\"=\"") == "{ \"a\" :\t1.10 , \"b\":\"=\",\r\n\"a~\":{} }");
  CHECK(edited(" [1] ", "=7") == " 7 ");
}

TEST_CASE("a last token that is new adds a member or an element") {
  CHECK(edited("{\"a\":{}}", "/a/b=1") == "{\"a\":{\"b\":1}}");
  CHECK(edited("{\"a\":1 }", "/b~0\"=[]") == "{\"a\":1 ,\"b~\\\"\":[]}");
  CHECK(edited("[1,2]", "/-=3") == "[1,2,3]");
  CHECK(edited("[1,2]", "/2=3") == "[1,2,3]");
  CHECK(edited("[]", "/0=3") == "[3]");
}

TEST_CASE("where there is no such place nothing is edited") {
  CHECK(edited("{\"a\":1}", "/a/b=1") == "nothing");
  CHECK(edited("{\"a\":1}", "/b/c=1") == "nothing");
  CHECK(edited("[1,2]", "/3=1") == "nothing");
  CHECK(edited("[1,2]", "/01=1") == "nothing");
  CHECK(edited("[1,2]", "/x=1") == "nothing");
  CHECK(edited("not json", "/a=1") == "nothing");
}

TEST_CASE("of keys that stand twice the last is edited") {
  CHECK(edited("{\"a\":1,\"a\":2}", "/a=3") == "{\"a\":1,\"a\":3}");
}

TEST_CASE("a value is put in without what stands around it") {
  CHECK(edited(R"({"a":1})", "/a=\xef\xbb\xbf 5 ") == R"({"a":5})");
}

TEST_CASE("what is no edit is told") {
  JsonEdit edit;
  for (const char* text : {"", "/a", "a=1", "/a=", "/a=cancelled", "/a=1 2", "/a~=1", "/a~2=1"}) {
    CAPTURE(text);
    CHECK(parse_json_edit(text, edit).has_value());
  }
}
