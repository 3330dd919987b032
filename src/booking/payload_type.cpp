#include "booking/payload_type.hpp"

#include <algorithm>
#include <iterator>

namespace farehook {

namespace {

constexpr std::string_view names[payload_type_count] = {
    "bookings", "bookings-with-payments", "bookings-optimized", "bookings-optimized-with-payments", "item"};

/// Any of them is enough: a full body from which one is missing is still meant to be full.
constexpr std::string_view only_in_full_availabilities[] = {
    "capacity",           "headline",          "customer_type_rates", "custom_field_instances",
    "minimum_party_size", "maximum_party_size"};

bool is_optimized(const JsonNode& booking) {
  const JsonNode* availability = member(booking, "availability");
  return availability != nullptr && availability->is(JsonKind::object) &&
         std::ranges::none_of(only_in_full_availabilities,
                              [&](std::string_view name) { return member(*availability, name) != nullptr; });
}

}  // namespace

std::string_view to_string(PayloadType type) { return names[static_cast<size_t>(type)]; }

std::optional<PayloadType> payload_type_named(std::string_view name) {
  const auto* found = std::ranges::find(names, name);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<PayloadType>(found - std::begin(names));
}

std::vector<std::string_view> payload_type_names() { return {std::begin(names), std::end(names)}; }

std::optional<PayloadType> payload_type_of(const JsonNode& payload) {
  const JsonNode* booking = member(payload, "booking");
  if (booking == nullptr) {
    if (member(payload, "item") == nullptr) return std::nullopt;
    return PayloadType::item;
  }
  const bool has_payments = member(*booking, "payments") != nullptr;
  if (is_optimized(*booking))
    return has_payments ? PayloadType::bookings_optimized_with_payments : PayloadType::bookings_optimized;
  return has_payments ? PayloadType::bookings_with_payments : PayloadType::bookings;
}

}  // namespace farehook
