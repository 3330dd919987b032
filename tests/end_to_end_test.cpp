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

TEST_CASE("a request that would be another when it is sent is told apart") {
  Delivery delivery;
  delivery.method = "POST";
  delivery.path = "/a%20b";
  delivery.query = "k=v";
  delivery.headers = {{"x-a", "b"}};
  CHECK(!unsendable_part(delivery));
  for (const char* path : {"", "a", "/a b", "/a\r\nx: y", "/a\tb"}) {
    Delivery other = delivery;
    other.path = path;
    CHECK(unsendable_part(other) == "the path");
  }
  Delivery query = delivery;
  query.query = "a b";
  CHECK(unsendable_part(query) == "the query");
  Delivery method = delivery;
  method.method = "POST /x HTTP/1.1\r\n";
  CHECK(unsendable_part(method) == "the method");
  Delivery field = delivery;
  field.headers = {{"x-a", "b\r\nx-evil: 1"}};
  CHECK(unsendable_part(field) == "the header field x-a");
}
