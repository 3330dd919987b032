#pragma once

#include "delivery/timestamp.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace farehook {

/// One try to hand a delivery to an endpoint, and what came of it: a status, or the word for why there was
/// none (refused, timeout, closed).
struct Attempt {
  Timestamp started_at{};
  std::chrono::microseconds duration{};
  std::optional<int> status;
  std::string error;

  bool is_accepted() const { return status && *status >= 200 && *status <= 299; }
};

}  // namespace farehook
