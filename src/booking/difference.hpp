#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace farehook {

/// So many differences are told one by one; of more, only the members of the booking that they stand in are.
inline constexpr size_t max_differences = 100;

/// Longer texts are not taken apart. A booking with 30 customers has 100 KB.
inline constexpr size_t max_compared_bytes = size_t{512} << 10;

/// JSON Pointers (RFC 6901) of what differs between two JSON texts, in the order of the one that came after:
/// the value that is another one, or is new there; then what is gone. The elements of an array are compared
/// by their place. Empty where both are the same value: the order of keys, escapes and the form of numbers
/// make no difference. A text that is not JSON, or longer than max_compared_bytes, differs as a whole: "".
std::vector<std::string> differences(std::string_view before, std::string_view after);

}  // namespace farehook
