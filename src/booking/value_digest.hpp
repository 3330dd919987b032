#pragma once

#include "delivery/json_text.hpp"

#include <cstdint>
#include <string_view>

// Digests of JSON values, not of their text: how a string is escaped and a number written makes no
// difference. They hold within one run of the program only, and are good for telling values apart, not
// against forgers.

namespace farehook {

/// Each bit of the input moves half of those of the output.
uint64_t mix(uint64_t value);

uint64_t hash(std::string_view text);

/// Of a string or key as written, with its quotes.
uint64_t string_digest(std::string_view raw);

/// Of a string, number, boolean or null as written. 0, 0.0 and -0 are one number; whole numbers keep every
/// digit.
uint64_t scalar_digest(JsonKind kind, std::string_view raw);

}  // namespace farehook
