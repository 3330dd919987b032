#include "delivery/endpoint.hpp"

#include <doctest/doctest.h>

using namespace farehook;

namespace {

Endpoint endpoint(const char* url) {
  const auto parsed = parse_endpoint(url);
  REQUIRE(std::holds_alternative<Endpoint>(parsed));
  return std::get<Endpoint>(parsed);
}

}  // namespace

TEST_CASE("a URL is taken apart, path and query as they are written") {
  const Endpoint each = endpoint("HTTPS://Example.COM:8443/a%20b/?key=S%2Fe&x#part");
  CHECK(each.is_tls);
  CHECK(each.host == "example.com");
  CHECK(each.port == 8443);
  CHECK(each.path == "/a%20b/");
  CHECK(each.query == "key=S%2Fe&x");
  CHECK(each.target() == "/a%20b/?key=S%2Fe&x");
  CHECK(each.authority() == "example.com:8443");
}

TEST_CASE("the scheme's own port is left out where it is shown") {
  CHECK(endpoint("http://a").shown_url() == "http://a/");
  CHECK(endpoint("http://a:80/?").shown_url() == "http://a/");
  CHECK(endpoint("https://a:443/x").shown_url() == "https://a/x");
  CHECK(endpoint("https://a:80/x").shown_url() == "https://a:80/x");
}

TEST_CASE("an IPv6 address has brackets in a URL only") {
  const Endpoint each = endpoint("http://[2001:DB8::1]:81/x");
  CHECK(each.host == "2001:db8::1");
  CHECK(each.port == 81);
  CHECK(each.shown_url() == "http://[2001:db8::1]:81/x");
  CHECK(endpoint("http://[::1]").port == 80);
}

TEST_CASE("credentials are decoded and never shown") {
  const Endpoint each = endpoint("http://us%65r:p%40ss%3A@a/x");
  CHECK(each.credentials == "user:p@ss:");
  CHECK(each.shown_url() == "http://a/x");
  CHECK(endpoint("http://user@a").credentials == "user:");
  CHECK(endpoint("http://a@b@c/").host == "c");
}

TEST_CASE("the values in a query are shown to nobody but who sends") {
  const Endpoint each = endpoint("http://a:80/hook?key=S%2Fe&b");
  CHECK(each.url(each.target()) == "http://a/hook?key=S%2Fe&b");
  CHECK(each.shown_url() == "http://a/hook?key=[redacted]&[redacted]");
  CHECK(each.shown_url("/other") == "http://a/other");
  CHECK(each.shown_url("/other?k=v?w") == "http://a/other?k=[redacted]");
  CHECK(each.shown_url("/?") == "http://a/?");
}

TEST_CASE("what is no URL to send to is told apart") {
  for (const char* url : {"",
                          "a",
                          "a.example/x",
                          "ftp://a",
                          "http:/a",
                          "http://",
                          "http:///x",
                          "http://:80",
                          "http://a:0",
                          "http://a:65536",
                          "http://a:80x",
                          "http://a:-1",
                          "http://[::1",
                          "http://[::1]x",
                          "http://[gg]",
                          "http://a b/",
                          "http://a/b c",
                          "http://a/\r\nX: y",
                          "http://\xc3\xa9/",
                          "http://%zz@a",
                          "http://a\\b",
                          "http://a%2e"}) {
    CAPTURE(url);
    CHECK(std::holds_alternative<EndpointFault>(parse_endpoint(url)));
  }
}
