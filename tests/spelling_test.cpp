#include "delivery/spelling.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace farehook;

TEST_CASE("the distance counts what is put in, left out, changed or swapped") {
  CHECK(spelling_distance("", "") == 0);
  CHECK(spelling_distance("", "listen") == 6);
  CHECK(spelling_distance("listen", "") == 6);
  CHECK(spelling_distance("listen", "listen") == 0);
  CHECK(spelling_distance("listen", "Listen") == 0);
  CHECK(spelling_distance("lisen", "listen") == 1);
  CHECK(spelling_distance("listenn", "listen") == 1);
  CHECK(spelling_distance("listan", "listen") == 1);
  CHECK(spelling_distance("litsen", "listen") == 1);
  CHECK(spelling_distance("kitten", "sitting") == 3);
  // Not 2: nothing is changed twice.
  CHECK(spelling_distance("ca", "abc") == 3);
  CHECK(spelling_distance("abcdef", "badcfe") == 3);
}

TEST_CASE("the distance is the same from either side") {
  const std::vector<std::string_view> names = {"",        "a",          "append", "apend",
                                               "respond", "redact-key", "tls-key"};
  for (const std::string_view one : names)
    for (const std::string_view other : names)
      CHECK(spelling_distance(one, other) == spelling_distance(other, one));
}

TEST_CASE("what is near is meant, and what is not near is not") {
  const std::vector<std::string_view> names = {"listen", "replay", "simulate", "validate",
                                               "port",   "path",   "id"};
  CHECK(nearest("lisen", names) == "listen");
  CHECK(nearest("rpelay", names) == "replay");
  CHECK(nearest("simulat", names) == "simulate");
  CHECK(nearest("vaildat", names) == "validate");
  CHECK(nearest("ports", names) == "port");
  CHECK(nearest("REPLAY", names) == "replay");
  CHECK(nearest("serve", names) == "");
  CHECK(nearest("lit", names) == "");
  CHECK(nearest("is", names) == "");
  CHECK(nearest("", names) == "");
  CHECK(nearest("listen", {}) == "");
  CHECK(nearest(std::string(100000, 'x'), names) == "");
}

TEST_CASE("of two that are near it is the nearer one, else the first") {
  const std::vector<std::string_view> names = {"retries", "rebooked", "retry-in", "entries"};
  CHECK(nearest("retres", names) == "retries");
  CHECK(nearest("entrie", names) == "entries");
  CHECK(nearest("etries", std::vector<std::string_view>{"entries", "retries"}) == "entries");
}
