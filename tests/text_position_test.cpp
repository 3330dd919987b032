#include "delivery/text_position.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace farehook;

TEST_CASE("a column is a character, a line ends at its line feed") {
  const std::string text = "ab\n\u00e9\U0001f600x\r\n\xff\xfey";
  CHECK(position_of(text, 0) == TextPosition{1, 1});
  CHECK(position_of(text, 2) == TextPosition{1, 3});
  CHECK(position_of(text, 3) == TextPosition{2, 1});
  CHECK(position_of(text, 5) == TextPosition{2, 2});
  CHECK(position_of(text, 9) == TextPosition{2, 3});
  CHECK(position_of(text, 14) == TextPosition{3, 3});
  CHECK(position_of(text, 1000) == TextPosition{3, 4});
}

TEST_CASE("a finder goes back where it is asked to") {
  PositionFinder finder("a\nb\nc");
  CHECK(finder.at(4) == TextPosition{3, 1});
  CHECK(finder.at(0) == TextPosition{1, 1});
  CHECK(finder.at(3) == TextPosition{2, 2});
}

TEST_CASE("the line around a place is without its break") {
  const std::string_view text = "one\r\ntwo\n\nfour";
  CHECK(line_around(text, 0) == "one");
  CHECK(line_around(text, 4) == "one");
  CHECK(line_around(text, 5) == "two");
  CHECK(line_around(text, 9).empty());
  CHECK(line_around(text, 10) == "four");
  CHECK(line_around(text, 14) == "four");
  CHECK(line_around("", 3).empty());
}
