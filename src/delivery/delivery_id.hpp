#pragma once

#include "delivery/timestamp.hpp"

#include <cstdint>
#include <random>
#include <string>

namespace farehook {

/// A new UUID, version 7 (RFC 9562, 5.7 and 6.2 method 3: the twelve bits behind the milliseconds are a
/// fraction of one). Within a process each is greater than the one before, as text too, however fast they
/// are asked for and even where the clock steps back. Safe from any thread.
std::string new_delivery_id(Timestamp moment);

/// Ids like these, of a moment and behind it, of which the same seed gives the same. Not for more than one
/// thread.
class SeededDeliveryIds {
 public:
  SeededDeliveryIds(uint64_t seed, Timestamp moment);
  std::string next();

 private:
  std::mt19937_64 random_;
  uint64_t tick_;
};

}  // namespace farehook
