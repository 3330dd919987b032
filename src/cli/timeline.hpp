#pragma once

#include "cli/terminal.hpp"
#include "delivery/attempt.hpp"
#include "delivery/dispatch.hpp"
#include "delivery/retry.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace farehook {

/// What FareHarbor would show of its webhooks if it did: a picture of each delivery, its attempts as marks on
/// an axis of time, and a closing line. Not for more than one thread at a time.
class Timeline {
 public:
  /// `axis` is the time of all attempts that there may be.
  Timeline(Terminal& terminal, std::chrono::nanoseconds axis);

  /// Returns how long the delivery took from its first attempt to the end of this one.
  std::chrono::nanoseconds attempted(const Dispatch& dispatch, const Attempt& attempt, Outcome outcome);

  void summarize(uint64_t dropped);

  uint64_t lost() const { return lost_; }
  uint64_t finished() const { return lost_ + delivered_; }

 private:
  struct Mark {
    std::chrono::nanoseconds at;
    std::string result;
    bool is_accepted;
  };
  void draw(const Dispatch& dispatch, const std::vector<Mark>& marks, Outcome outcome,
            std::chrono::nanoseconds took);

  Terminal& terminal_;
  const std::chrono::nanoseconds axis_;
  const size_t axis_columns_;
  std::map<uint64_t, std::vector<Mark>> open_;
  std::map<std::string, uint64_t> reasons_;  ///< of what was lost
  uint64_t attempts_ = 0, delivered_ = 0, late_ = 0, lost_ = 0, drawn_ = 0;
};

}  // namespace farehook
