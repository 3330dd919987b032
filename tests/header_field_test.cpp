#include "delivery/header_field.hpp"

#include <doctest/doctest.h>

using namespace farehook;

TEST_CASE("a field is a token and a value on one line") {
  CHECK(is_field("x-a_1", "any thing \xe9"));
  CHECK(is_field("x", ""));
  CHECK(!is_field("", "a"));
  CHECK(!is_field("x y", "a"));
  CHECK(!is_field("x:", "a"));
  CHECK(!is_field("x", "a\r\nb: c"));
  CHECK(!is_field("x", std::string_view("a\0b", 3)));
}

TEST_CASE("a list's elements are told apart by commas, whatever their case and the blanks around them") {
  CHECK(lists("close", "close"));
  CHECK(lists("X-Trace ,\tClose", "close"));
  CHECK(lists(",,close", "close"));
  CHECK(!lists("closed, not-close", "close"));
  CHECK(!lists("", "close"));
  CHECK(!lists("a close", "close"));
}
