#pragma once

#include "booking/field.hpp"

#include <span>
#include <string_view>

// What FareHarbor sends, field by field: its five data types as one table. It takes what FareHarbor's own
// JSON Schemas (2023) take, but that whole numbers are integers here, and that
// availability.online_booking_status may be in both full types (FareHarbor's FAQ).

namespace farehook {

/// The object's name for people: "availability".
std::string_view to_string(ObjectKind kind);

/// The most fields that an object has.
inline constexpr size_t max_fields = 64;

/// The fields of an object, those of all payload types.
std::span<const Field> fields_of(ObjectKind kind);

/// Whether further keys are expected there: FareHarbor's schema leaves the object open.
bool is_open(ObjectKind kind, PayloadType type);

}  // namespace farehook
