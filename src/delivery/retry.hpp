#pragma once

#include "delivery/status_set.hpp"

#include <chrono>
#include <optional>

namespace farehook {

/// What counts as accepted, and how often a delivery that was not is tried again.
struct RetryPolicy {
  StatusSet accepted = StatusSet::success();
  int max_retries = 0;
  std::chrono::milliseconds interval{60'000};  ///< from one attempt's end to the next one's start
};

/// How long to wait before the next attempt, or nothing: it was accepted, or there is none.
inline std::optional<std::chrono::milliseconds> next_attempt_after(const RetryPolicy& policy, int attempts,
                                                                   const Attempt& last) {
  if (policy.accepted.holds(last) || attempts > policy.max_retries) return std::nullopt;
  return policy.interval;
}

}  // namespace farehook
