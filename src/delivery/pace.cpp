#include "delivery/pace.hpp"

#include "delivery/dispatch.hpp"

#include <algorithm>
#include <utility>

namespace farehook {

using std::chrono::duration_cast;
using std::chrono::nanoseconds;

namespace {

/// Of any number of seconds that is not negative.
nanoseconds at_most_latest(double seconds) {
  constexpr double most = std::chrono::duration<double>(latest_due).count();
  return seconds < most ? nanoseconds(static_cast<int64_t>(seconds * 1e9)) : latest_due;
}

}  // namespace

std::chrono::nanoseconds Pace::next_due(std::optional<Timestamp> received_at) {
  const uint64_t number = count_++;
  if (plan_.per_second) return at_most_latest(static_cast<double>(number) / *plan_.per_second);
  if (!plan_.speed || !received_at) return due_;
  if (last_ && *received_at > *last_) {
    const double seconds = std::chrono::duration<double>(*received_at - *last_).count() / *plan_.speed;
    auto gap = at_most_latest(seconds);
    if (plan_.max_gap) gap = std::min(gap, duration_cast<nanoseconds>(*plan_.max_gap));
    due_ += std::min(gap, latest_due - due_);
  }
  const bool begins = std::exchange(begins_input_, false) || !last_;
  last_ = begins ? *received_at : std::max(*last_, *received_at);
  return due_;
}

}  // namespace farehook
