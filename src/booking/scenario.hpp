#pragma once

#include <string_view>
#include <vector>

namespace farehook {

/// One thing that happens to a booking, as FareHarbor would tell it.
struct ScenarioStep {
  std::string_view what;  ///< for people: "a customer books"
  std::string_view body;  ///< the webhook's JSON, bookings with payments
};

/// A small invented booking's whole life: created, updated, rebooked (both halves), cancelled. Its bodies
/// are fixtures/life, compiled in.
std::vector<ScenarioStep> booking_life();

}  // namespace farehook
