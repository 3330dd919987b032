#pragma once

#include "delivery/attempt.hpp"
#include "delivery/delivery.hpp"

#include <chrono>
#include <cstddef>
#include <vector>

namespace farehook {

/// Makes attempts to hand deliveries over, a number of them at once. Used by one thread, but for wake().
class Carrier {
 public:
  using Clock = std::chrono::steady_clock;

  /// An attempt that has ended.
  struct Ended {
    size_t place;
    Attempt attempt;
  };

  virtual ~Carrier() = default;

  /// Begins an attempt in a place, counted from 0, where there is none. The delivery must stay until it has
  /// ended.
  virtual void begin(size_t place, const Delivery& delivery) = 0;

  /// Waits until an attempt has ended, wake() was called, or it is that late. Returns what has ended, which
  /// may be nothing.
  virtual std::vector<Ended> wait(Clock::time_point until) = 0;

  /// Ends the present wait(), or the next one. May be called by any thread.
  virtual void wake() = 0;
};

}  // namespace farehook
