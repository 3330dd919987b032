#include "delivery/end_to_end.hpp"

#include <doctest/doctest.h>

using namespace farehook;

TEST_CASE("what belongs to a connection is not sent on") {
  const std::vector<Header> received = {{"host", "a"},
                                        {"content-type", "application/json"},
                                        {"content-length", "7"},
                                        {"connection", "keep-alive, X-Hop"},
                                        {"x-hop", "1"},
                                        {"keep-alive", "5"},
                                        {"transfer-encoding", "chunked"},
                                        {"expect", "100-continue"},
                                        {"accept-encoding", "gzip"},
                                        {"authorization", "[redacted]"},
                                        {"content-encoding", "gzip"},
                                        {"x-trace", "2"}};
  const std::vector<Header> sent = {
      {"content-type", "application/json"}, {"content-encoding", "gzip"}, {"x-trace", "2"}};
  CHECK(end_to_end_headers(received, {}) == sent);
}

TEST_CASE("what is set stands instead of what was received") {
  const std::vector<Header> received = {{"X-Trace", "2"}, {"x-other", "3"}};
  const std::vector<Header> sent = {{"x-other", "3"}, {"x-trace", "7"}, {"x-new", ""}};
  CHECK(end_to_end_headers(received, {{"x-trace", "7"}, {"x-new", ""}}) == sent);
}

TEST_CASE("a field is a token and a value on one line") {
  CHECK(is_field("x-a_1", "any thing \xe9"));
  CHECK(is_field("x", ""));
  CHECK(!is_field("", "a"));
  CHECK(!is_field("x y", "a"));
  CHECK(!is_field("x:", "a"));
  CHECK(!is_field("x", "a\r\nb: c"));
  CHECK(!is_field("x", std::string_view("a\0b", 3)));
}
