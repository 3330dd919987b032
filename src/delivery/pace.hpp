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

  /// What follows has gaps of its own, from its first one on, which is due with the last.
  void begin_round() { last_.reset(); }
  /// So it is with another input, if it begins earlier than the last one was received.
  void begin_input() { begins_input_ = true; }

  /// For the next delivery, in order. One that was received before the one before it is due with that one,
  /// and so is one that was not received.
  std::chrono::nanoseconds next_due(std::optional<Timestamp> received_at);

 private:
  const Plan plan_;
  uint64_t count_ = 0;
  std::optional<Timestamp> last_;  ///< the latest at which one was received
  bool begins_input_ = false;
  std::chrono::nanoseconds due_{0};
};

}  // namespace farehook
