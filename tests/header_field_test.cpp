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

TEST_CASE("a host is a name or an address, and maybe a port, or nothing") {
  for (const char* host : {"", "a", "a.example", "a_b:", "127.0.0.1:8080", "[::1]", "[2001:DB8::1]:81",
                           "[v1.a:b]", "caf%C3%A9", "a!$&'()*+,;=~", ":80"})
    CHECK_MESSAGE(is_host(host), host);
  for (const char* host : {"a/b", "a b", "a@b", "a:b", "a:1:2", "a%2", "a%zz", "caf\xc3\xa9", "[", "[]",
                           "[::1", "::1", "[::1]a", "[::1%25eth0]", "a]", "<a>", "\"a\""})
    CHECK_MESSAGE(!is_host(host), host);
}

TEST_CASE("a list's elements are told apart by commas, whatever their case and the blanks around them") {
  CHECK(lists("close", "close"));
  CHECK(lists("X-Trace ,\tClose", "close"));
  CHECK(lists(",,close", "close"));
  CHECK(!lists("closed, not-close", "close"));
  CHECK(!lists("", "close"));
  CHECK(!lists("a close", "close"));
}
