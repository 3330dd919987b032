#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace farehook {

/// A part of a line and marks to stand under it, both in plain characters that can't steer a terminal.
struct Excerpt {
  std::string line;
  std::string marks;  ///< blanks, then ^~~~
};

/// The part around the bytes from `offset` on, `length` of them, at most 76 columns wide.
Excerpt excerpt_of(std::string_view line, size_t offset, size_t length);

}  // namespace farehook
