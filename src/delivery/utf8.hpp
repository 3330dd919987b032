#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Well-formed UTF-8 is that of Unicode's table 3-7: no overlong forms, no surrogates, nothing over U+10FFFF.

namespace farehook {

bool is_utf8(std::string_view bytes);

/// The bytes as a text that can be shown: "?" stands for each that is in no well-formed sequence.
std::string as_utf8(std::string_view bytes);

/// The length of the well-formed sequence of two to four bytes at `at`; 0 if there is none.
size_t utf8_sequence_length(const char* at, const char* end);

/// How many characters (code points) a text in UTF-8 has.
size_t utf8_length(std::string_view utf8);

void append_utf8(std::string& text, int code_point);

}  // namespace farehook
