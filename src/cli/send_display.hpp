#pragma once

#include "cli/terminal.hpp"
#include "delivery/courier.hpp"
#include "delivery/tally.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace farehook {

/// What people see of deliveries that are sent: a progress line on a terminal, each kind of failure once with
/// what can be done about it, and a summary. Not for more than one thread at a time.
class SendDisplay {
 public:
  SendDisplay(Terminal& terminal, std::string url) : terminal_(terminal), url_(std::move(url)) {}

  void attempted(const Attempt& attempt, Outcome outcome);

  /// Draws the progress line anew. `share` is how much of the input is read, from 0 to 1; below 0: not known.
  void progress(double share);

  /// Counts, throughput, latencies and a small histogram.
  void summarize(uint64_t dropped);

  uint64_t failed() const { return failed_; }
  uint64_t finished() const { return accepted_ + failed_; }

 private:
  double seconds() const;

  Terminal& terminal_;
  const std::string url_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  Tally tally_;
  uint64_t accepted_ = 0, failed_ = 0;
  std::map<std::string, uint64_t> failures_;  ///< by what the last attempt came to
  std::set<std::string> explained_;
};

}  // namespace farehook
