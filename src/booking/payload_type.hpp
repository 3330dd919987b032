#pragma once

#include "delivery/json_tree.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace farehook {

/// What an operator has chosen to be sent; FareHarbor calls it the data type of a webhook.
enum class PayloadType : uint8_t {
  bookings,
  bookings_with_payments,
  bookings_optimized,
  bookings_optimized_with_payments,
  item
};
inline constexpr size_t payload_type_count = 5;

/// As on the command line: "bookings-with-payments".
std::string_view to_string(PayloadType type);
std::optional<PayloadType> payload_type_named(std::string_view name);
std::vector<std::string_view> payload_type_names();

/// What a payload is by its own look, or nothing if it has neither a booking nor an item. Payments make it
/// one of the types with payments; an availability without capacities, price list and headline an optimized
/// one.
std::optional<PayloadType> payload_type_of(const JsonNode& payload);

/// A set of payload types.
using TypeSet = uint8_t;
constexpr TypeSet set_of(PayloadType type) { return static_cast<TypeSet>(1u << static_cast<unsigned>(type)); }

}  // namespace farehook
