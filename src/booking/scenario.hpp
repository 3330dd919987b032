#pragma once

#include "booking/event.hpp"
#include "booking/invention.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace farehook {

/// One thing that happens to a booking, and FareHarbor tells of.
struct ScenarioStep {
  std::string_view what;  ///< for people: "a customer books"
  Event event;
  std::chrono::minutes after;  ///< since the step before
  Invention booking;           ///< as it is then
};

/// What a story is about. Each begins with a booking's creation, but for that of an item. A lifecycle has it
/// all; mixed is any of the others, as they come in a season.
enum class Scenario {
  created,
  updated,
  contact,
  rebooked,
  cancelled,
  checkin,
  order,
  lifecycle,
  item,
  mixed
};

/// As on the command line: "rebooked".
std::string_view to_string(Scenario scenario);
std::optional<Scenario> scenario_named(std::string_view name);
std::vector<std::string_view> scenario_names();
inline constexpr size_t scenario_count = 10;

/// A story of that kind. The same seed gives the same one.
std::vector<ScenarioStep> story(Scenario scenario, uint64_t seed);

}  // namespace farehook
