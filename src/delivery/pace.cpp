#include "delivery/pace.hpp"

#include <algorithm>

namespace farehook {

using std::chrono::duration_cast;
using std::chrono::nanoseconds;

std::chrono::nanoseconds Pace::next_due(Timestamp received_at) {
  const uint64_t number = count_++;
  if (plan_.per_second)
    return nanoseconds(static_cast<int64_t>(static_cast<double>(number) / *plan_.per_second * 1e9));
  if (!plan_.speed) return nanoseconds{0};
  if (number > 0 && received_at > last_) {
    const double seconds = std::chrono::duration<double>(received_at - last_).count() / *plan_.speed;
    // A century is enough for any gap, and fits.
    auto gap = nanoseconds(static_cast<int64_t>(std::min(seconds, 3.2e9) * 1e9));
    if (plan_.max_gap) gap = std::min(gap, duration_cast<nanoseconds>(*plan_.max_gap));
    due_ += gap;
  }
  last_ = std::max(last_, received_at);
  return due_;
}

}  // namespace farehook
