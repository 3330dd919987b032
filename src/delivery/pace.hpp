#pragma once

#include "delivery/timestamp.hpp"

#include <chrono>
#include <optional>

namespace farehook {

/// When each delivery is due, counted from the first one's: as fast as can be, at a steady rate, or at the
/// gaps at which they were received. Absolute: a late one does not delay those behind it.
class Pace {
 public:
  struct Plan {
    std::optional<double> per_second;                  ///< a steady rate
    std::optional<double> speed;                       ///< the original gaps, so many times as fast
    std::optional<std::chrono::milliseconds> max_gap;  ///< no gap is longer, as it is kept
  };

  explicit Pace(Plan plan) : plan_(plan) {}

  /// For the next delivery, in order. One that was received before the one before it is due with that one.
  std::chrono::nanoseconds next_due(Timestamp received_at);

 private:
  const Plan plan_;
  uint64_t count_ = 0;
  Timestamp last_{};
  std::chrono::nanoseconds due_{0};
};

}  // namespace farehook
