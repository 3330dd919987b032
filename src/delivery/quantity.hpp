#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

// Quantities as people type them. Nothing comes back for any other text.

namespace farehook {

/// "500ms", "60s", "2m", "1.5h", "9h4m"; a bare number is seconds. Not negative, at most 365 days.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// "4096", "64KiB", "8MiB", "1GiB"; kB, MB and GB are powers of 1000. Whole numbers of bytes, at most 2^62.
std::optional<uint64_t> parse_size(std::string_view text);

/// Decimal digits only: no sign, no blanks, no octal.
std::optional<uint64_t> parse_count(std::string_view text);

}  // namespace farehook
