#pragma once

#include "delivery/courier.hpp"

#include <functional>
#include <queue>

namespace farehook {

/// The courier on a clock that jumps: deliveries are attempted when they would be, and an hour passes at
/// once. Nothing is sent; what an attempt comes to is asked of a function.
class VirtualCourier {
 public:
  /// What an attempt comes to that begins so long after the start: status or error, and duration.
  using Answer = std::function<Attempt(const Dispatch&, std::chrono::nanoseconds at)>;

  VirtualCourier(RetryPolicy retry, Timestamp start, Answer answer, Courier::Told told)
      : retry_(retry), start_(start), answer_(std::move(answer)), told_(std::move(told)) {}

  /// Takes a delivery, after those that are due earlier; attempts all that is due before it.
  void send(Dispatch dispatch);
  /// Attempts all that is left.
  void finish();

 private:
  struct Later {
    bool operator()(const Dispatch& a, const Dispatch& b) const {
      return a.scheduled != b.scheduled ? a.scheduled > b.scheduled : a.number > b.number;
    }
  };
  void attempt_next();

  const RetryPolicy retry_;
  const Timestamp start_;
  const Answer answer_;
  const Courier::Told told_;
  std::priority_queue<Dispatch, std::vector<Dispatch>, Later> waiting_;
};

}  // namespace farehook
