#pragma once

#include "delivery/attempt.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

namespace farehook {

/// Counts attempts and how long they took. Its size does not grow with what it counts; times are kept to
/// 1/32.
class Tally {
 public:
  void add(const Attempt& attempt);

  uint64_t attempts() const { return attempts_; }

  /// The time within which that share (0 to 1) of the attempts were done. 0 where there are none.
  std::chrono::microseconds percentile(double share) const;
  std::chrono::microseconds longest() const { return longest_; }

  struct Bar {
    std::chrono::microseconds up_to;
    uint64_t count;
  };
  /// The attempts by how long they took, in steps of 1, 2 and 5, without empty steps at either end.
  std::vector<Bar> histogram() const;

 private:
  // Bucket b holds times up to upper_bound(b): each power of two in 32 steps.
  static constexpr size_t steps = 32;
  static constexpr size_t buckets = 64 * steps;
  static size_t bucket_of(uint64_t microseconds);
  static uint64_t upper_bound(size_t bucket);

  std::array<uint64_t, buckets> counts_{};
  uint64_t attempts_ = 0;
  std::chrono::microseconds longest_{0};
};

}  // namespace farehook
