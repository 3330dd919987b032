#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

// How people are told numbers.

namespace farehook {

/// "1 delivery", "2 deliveries".
std::string counted(uint64_t count, const char* one, const char* many);

/// The text with blanks behind it, or before it, up to so many columns of ASCII.
std::string padded(std::string text, size_t width);
std::string left_padded(std::string text, size_t width);

}  // namespace farehook
