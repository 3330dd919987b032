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

TEST_CASE("a delivery goes to the endpoint's path, or keeps its own behind it") {
  Delivery delivery;
  delivery.path = "/hook/a%20b";
  delivery.query = "k=v";
  delivery.body = "1";
  delivery.headers = {{"host", "a"}, {"x-trace", "2"}};
  Endpoint endpoint;
  endpoint.path = "/app/";
  endpoint.query = "token=7";
  const Delivery plain = addressed_to(endpoint, delivery, false, {{"x-trace", "3"}});
  CHECK(plain.path == "/app/");
  CHECK(plain.query == "token=7");
  CHECK(plain.headers == std::vector<Header>{{"x-trace", "3"}});
  CHECK(plain.body == "1");
  for (const char* path : {"/app", "/app/"}) {
    endpoint.path = path;
    const Delivery kept = addressed_to(endpoint, delivery, true, {});
    CHECK(kept.path == "/app/hook/a%20b");
    CHECK(kept.query == "k=v");
  }
  endpoint.path = "/";
  CHECK(addressed_to(endpoint, delivery, true, {}).path == "/hook/a%20b");
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
