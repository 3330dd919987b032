#pragma once

#include "booking/payload_type.hpp"
#include "booking/scenario.hpp"
#include "cli/options.hpp"
#include "cli/sending.hpp"
#include "delivery/answer_plan.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace farehook {

/// All that `simulate` is told to do.
struct SimulationPlan {
  std::vector<std::string> inputs;  ///< none: what is invented
  Scenario scenario = Scenario::created;
  PayloadType type = PayloadType::bookings_with_payments;
  uint64_t seed = 1;
  uint64_t bookings = 1;
  std::set<std::string> configured;               ///< the events that the operator wants; none: all
  std::optional<std::chrono::milliseconds> over;  ///< the time in which all is sent for the first time
  double duplicates = 0, near_duplicates = 0, reorder = 0;  ///< shares, from 0 to 1
  bool print = false;

  SendingPlan sending;  ///< without an endpoint: to an embedded receiver, in virtual time
  double speed = 1;

  AnswerPlan answers{AnswerStep{}};
  std::optional<std::pair<std::chrono::milliseconds, std::chrono::milliseconds>> outage;  ///< from, to

  DisplayOptions display;
};

}  // namespace farehook
