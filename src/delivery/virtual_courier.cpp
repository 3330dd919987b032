#include "delivery/virtual_courier.hpp"

#include <algorithm>

namespace farehook {

using std::chrono::duration_cast;
using std::chrono::microseconds;

void VirtualCourier::send(Dispatch dispatch) {
  dispatch.scheduled = dispatch.due;
  while (!waiting_.empty() && waiting_.top().scheduled < dispatch.scheduled) attempt_next();
  waiting_.push(std::move(dispatch));
}

void VirtualCourier::finish() {
  while (!waiting_.empty()) attempt_next();
}

void VirtualCourier::attempt_next() {
  // The queue gives its first as const; it is gone from it before it is touched again.
  Dispatch dispatch = std::move(const_cast<Dispatch&>(waiting_.top()));
  waiting_.pop();
  ++dispatch.attempts;
  Attempt attempt = answer_(dispatch, dispatch.scheduled);
  attempt.started_at = start_ + duration_cast<microseconds>(dispatch.scheduled);
  const Outcome outcome = outcome_of(retry_, dispatch.attempts, attempt);
  told_(dispatch, attempt, outcome);
  if (outcome != Outcome::retry) return;
  dispatch.scheduled = std::min(dispatch.scheduled + attempt.duration + retry_.interval, latest_due);
  waiting_.push(std::move(dispatch));
}

}  // namespace farehook
