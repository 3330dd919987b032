#include "http/request_text.hpp"

#include <doctest/doctest.h>

using namespace farehook;

namespace {

Delivery delivery() {
  Delivery each;
  each.method = "POST";
  each.path = "/a%20b";
  each.query = "k=v";
  each.headers = {{"content-type", "application/json"}, {"user-agent", "tide/1"}};
  each.body = "{}";
  return each;
}

}  // namespace

TEST_CASE("a request's head is the delivery's own, and what it needs beside") {
  CHECK(request_head_text(delivery(), "[::1]:8080", false) ==
        "POST /a%20b?k=v HTTP/1.1\r\nHost: [::1]:8080\r\ncontent-type: application/json\r\n"
        "user-agent: tide/1\r\nAccept: */*\r\nContent-Length: 2\r\n\r\n");
}

TEST_CASE("fields of the delivery stand instead of those that a request needs") {
  Delivery each = delivery();
  each.headers = {{"host", "other"}, {"accept", "text/x"}, {"user-agent", ""}};
  CHECK(request_head_text(each, "a", true) ==
        "POST /a%20b?k=v HTTP/1.1\r\nhost: other\r\naccept: text/x\r\nuser-agent: \r\n"
        "Content-Length: 2\r\nConnection: close\r\n\r\n");
}

TEST_CASE("an empty body has its length told where a body is expected") {
  Delivery each = delivery();
  each.body.clear();
  CHECK(request_head_text(each, "a", false).find("Content-Length: 0\r\n") != std::string::npos);
  each.method = "DELETE";
  CHECK(request_head_text(each, "a", false).find("Content-Length") == std::string::npos);
}

TEST_CASE("a field that would be more than a field is not sent") {
  Delivery each = delivery();
  each.headers.push_back({"x-a", "b\r\nX-Evil: 1"});
  CHECK(request_head_text(each, "a", false).find("Evil") == std::string::npos);
}
