#include "delivery/pace.hpp"

#include <algorithm>
#include <utility>

namespace farehook {

using std::chrono::duration_cast;
using std::chrono::nanoseconds;

std::chrono::nanoseconds Pace::next_due(std::optional<Timestamp> received_at) {
  const uint64_t number = count_++;
  if (plan_.per_second)
    return nanoseconds(static_cast<int64_t>(static_cast<double>(number) / *plan_.per_second * 1e9));
  if (!plan_.speed || !received_at) return due_;
  if (last_ && *received_at > *last_) {
    const double seconds = std::chrono::duration<double>(*received_at - *last_).count() / *plan_.speed;
    // A century is enough for any gap, and fits.
    auto gap = nanoseconds(static_cast<int64_t>(std::min(seconds, 3.2e9) * 1e9));
    if (plan_.max_gap) gap = std::min(gap, duration_cast<nanoseconds>(*plan_.max_gap));
    due_ += gap;
  }
  const bool begins = std::exchange(begins_input_, false) || !last_;
  last_ = begins ? *received_at : std::max(*last_, *received_at);
  return due_;
}

}  // namespace farehook
