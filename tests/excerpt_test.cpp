#include "cli/excerpt.hpp"

#include <doctest/doctest.h>

using namespace farehook;

TEST_CASE("marks stand under what they mark") {
  const Excerpt excerpt = excerpt_of(R"(    "pk": "12",)", 10, 4);
  CHECK(excerpt.line == R"("pk": "12",)");
  CHECK(excerpt.marks == "      ^~~~");
}

TEST_CASE("wide characters take two columns, joining marks none") {
  CHECK(excerpt_of("\u65e5\u672c x", 7, 1).marks == "     ^");
  CHECK(excerpt_of("\U0001f600 x", 5, 1).marks == "   ^");
  CHECK(excerpt_of("e\u0301 x", 4, 1).marks == "  ^");
  CHECK(excerpt_of("a\u65e5b", 1, 3).marks == " ^~");
}

TEST_CASE("what would steer a terminal is not shown") {
  CHECK(excerpt_of("a\x1b[31m\tb\u202e\ufeff\xc2\x9b\xff", 0, 1).line == "a?[31m b????");
}

TEST_CASE("of a long line a part is shown, whole characters only") {
  std::string line(1000, 'x');
  line.replace(500, 3, "abc");
  const Excerpt middle = excerpt_of(line, 500, 3);
  CHECK(middle.line.size() <= 76);
  CHECK(middle.line.substr(0, 4) == "... ");
  CHECK(middle.line.find("abc") == middle.marks.find("^~~"));
  CHECK(excerpt_of(line, 5000, 3).marks.ends_with("^"));
  std::string accents;
  for (int i = 0; i < 500; ++i) accents += "\u00e9";
  CHECK(excerpt_of(accents, 501, 1).line.find('?') == std::string::npos);
  CHECK(excerpt_of("", 0, 0).marks == "^");
  CHECK(excerpt_of("   ", 1, 1).marks.ends_with("^"));
}
