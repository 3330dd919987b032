#pragma once

#include "delivery/delivery.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace farehook {

/// Nothing is due later after the start: 64 bits hold 292 years of nanoseconds, and there is to be room for
/// what is added. What would be later is due then.
inline constexpr std::chrono::nanoseconds latest_due = std::chrono::years{250};

/// A delivery on its way.
struct Dispatch {
  uint64_t number = 0;              ///< 0, 1, 2 in the order in which they are sent off
  std::string order_key;            ///< those of one key are sent one after the other; "": no order
  std::chrono::nanoseconds due{0};  ///< not before this, counted from the courier's start
  Delivery delivery;
  std::string source;  ///< where it is from, for the caller: the courier does not look at it
  int attempts = 0;    ///< made so far
  /// When its present attempt was due, counted from the courier's start.
  std::chrono::nanoseconds scheduled{0};
};

}  // namespace farehook
