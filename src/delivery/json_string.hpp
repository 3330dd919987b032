#pragma once

#include <string>
#include <string_view>

// JSON strings and their escapes (RFC 8259, 7).

namespace farehook {

/// The text that a string stands for, as UTF-8. `raw` is a whole string with its quotes that read_json has
/// accepted.
std::string unquote(std::string_view raw);

/// Appends the text as a JSON string, in quotes. The text must be UTF-8.
void append_quoted(std::string& json, std::string_view utf8);

/// The UTF-16 unit that the four hexadecimal digits at `at` stand for, or -1 if they are not that.
int hex_unit(const char* at, const char* end);

inline bool is_high_surrogate(int unit) { return unit >= 0xd800 && unit <= 0xdbff; }
inline bool is_low_surrogate(int unit) { return unit >= 0xdc00 && unit <= 0xdfff; }

}  // namespace farehook
