#pragma once

#include "delivery/status_set.hpp"

#include <chrono>
#include <string_view>

namespace farehook {

/// What counts as accepted, and how often a delivery that was not is tried again.
struct RetryPolicy {
  StatusSet accepted = StatusSet::success();
  int max_retries = 0;
  std::chrono::milliseconds interval{60'000};  ///< from one attempt's end to the next one's start
};

/// What follows an attempt. retry: another one, the policy's interval later.
enum class Outcome { accepted, retry, failed };

/// Of the last of so many attempts.
inline Outcome outcome_of(const RetryPolicy& policy, int attempts, const Attempt& last) {
  if (policy.accepted.holds(last)) return Outcome::accepted;
  return attempts > policy.max_retries ? Outcome::failed : Outcome::retry;
}

/// The outcome's own name.
inline std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::accepted:
      return "accepted";
    case Outcome::retry:
      return "retry";
    case Outcome::failed:
      break;
  }
  return "failed";
}

}  // namespace farehook
