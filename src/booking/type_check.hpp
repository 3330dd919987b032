#pragma once

#include "booking/finder.hpp"
#include "booking/payload_type.hpp"

namespace farehook {

/// Compares a payload with the schema of its type, value by value, each with the form it should have and each
/// object with itself (check_consistency).
void check_types(const JsonNode& payload, PayloadType type, Finder& finder);

}  // namespace farehook
