#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// How people are told numbers and lists.

namespace farehook {

/// "1 delivery", "2 deliveries".
std::string counted(uint64_t count, const char* one, const char* many);

/// "0.12 ms", "34.0 ms", "1.50 s".
std::string in_words(std::chrono::microseconds time);

/// The text with blanks behind it, or before it, up to so many columns of ASCII.
std::string padded(std::string text, size_t width);
std::string left_padded(std::string text, size_t width);

/// "a", "a or b", "a, b or c".
std::string alternatives(const std::vector<std::string>& words, const char* before_last = " or ");

/// The text in lines of at most so many columns, each behind the indent and with a line feed.
std::string wrapped(std::string_view text, const std::string& indent, size_t columns = 78);

}  // namespace farehook
