#pragma once

#include "delivery/timestamp.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace farehook {

/// One try to hand a delivery to an endpoint, and what came of it: a status, or the word for why there was
/// none.
struct Attempt {
  Timestamp started_at{};
  std::chrono::microseconds duration{};
  std::optional<int> status;
  /// refused, dns, tls, timeout, closed (before or within the answer), garbled (the answer is not HTTP),
  /// too-large (the answer)
  std::string error;
  std::string retry_after;  ///< the answer's Retry-After field, which changes nothing; "": none
  std::string detail;       ///< for people: what more is known of the error, or ""
};

}  // namespace farehook
