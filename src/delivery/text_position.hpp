#pragma once

#include <cstddef>
#include <string_view>

namespace farehook {

/// A place in a text as people and editors count: lines and columns from 1, a column being a character (a
/// code point). Bytes that are not UTF-8 count as one each.
struct TextPosition {
  size_t line = 1;
  size_t column = 1;

  bool operator==(const TextPosition&) const = default;
};

TextPosition position_of(std::string_view text, size_t offset);

/// The line that the byte at `offset` stands in, without its line break.
std::string_view line_around(std::string_view text, size_t offset);

/// Finds the positions of many places in one text, in one pass over it as long as the offsets ascend.
class PositionFinder {
 public:
  explicit PositionFinder(std::string_view text) : text_(text) {}
  TextPosition at(size_t offset);

 private:
  std::string_view text_;
  size_t offset_ = 0;
  TextPosition position_;
};

}  // namespace farehook
