#include "delivery/tally.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace farehook {

using std::chrono::microseconds;

size_t Tally::bucket_of(uint64_t time) {
  if (time < steps) return static_cast<size_t>(time);
  const int power = static_cast<int>(std::bit_width(time)) - 1;  // at least 5
  const uint64_t step = (time >> (power - 5)) - steps;
  return static_cast<size_t>(power - 4) * steps + static_cast<size_t>(step);
}

uint64_t Tally::upper_bound(size_t bucket) {
  if (bucket < steps) return bucket;
  const int shift = static_cast<int>(bucket / steps) - 1;
  return ((steps + bucket % steps + 1) << shift) - 1;
}

void Tally::add(const Attempt& attempt) {
  ++attempts_;
  const auto time = std::clamp(attempt.duration, microseconds{0}, microseconds{std::chrono::years{1}});
  longest_ = std::max(longest_, time);
  ++counts_[std::min(bucket_of(static_cast<uint64_t>(time.count())), buckets - 1)];
}

microseconds Tally::percentile(double share) const {
  const auto wanted = static_cast<uint64_t>(std::ceil(share * static_cast<double>(attempts_)));
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < buckets; ++bucket) {
    seen += counts_[bucket];
    if (seen >= wanted && seen > 0)
      return std::min(microseconds(static_cast<int64_t>(upper_bound(bucket))), longest_);
  }
  return microseconds{0};
}

std::vector<Tally::Bar> Tally::histogram() const {
  std::vector<Bar> bars;
  uint64_t up_to = 100, seen = 0;
  for (size_t bucket = 0, step = 0; bucket < buckets && seen < attempts_; ++step) {
    uint64_t count = 0;
    for (; bucket < buckets && upper_bound(bucket) <= up_to; ++bucket) count += counts_[bucket];
    seen += count;
    if (!bars.empty() || count > 0) bars.push_back({microseconds(static_cast<int64_t>(up_to)), count});
    up_to = step % 3 == 1 ? up_to / 2 * 5 : up_to * 2;  // 1, 2, 5, 10
  }
  return bars;
}

}  // namespace farehook
