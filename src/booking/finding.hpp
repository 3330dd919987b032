#pragma once

#include "booking/rules.hpp"

#include <array>
#include <cstddef>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace farehook {

/// One place in a payload where it is not what FareHarbor sends.
struct Finding {
  const Rule* rule;
  std::string pointer;  ///< the value, as a JSON Pointer within the payload; of what is missing, where it
                        ///< should be; "" where the text is not JSON
  size_t offset;        ///< of the first byte that the finding is about, within the text that was read
  size_t length;        ///< in bytes
  std::string message;  ///< a sentence: what is there, and what FareHarbor sends
  std::string remedy;   ///< what to write instead, or ""
};

/// How many findings there are of each severity.
class SeverityCounts {
 public:
  void add(Severity severity) { ++counts_[static_cast<size_t>(severity)]; }
  void add(const SeverityCounts& others) {
    for (size_t index = 0; index < counts_.size(); ++index) counts_[index] += others.counts_[index];
  }

  size_t of(Severity severity) const { return counts_[static_cast<size_t>(severity)]; }
  /// Those that are at least as severe.
  size_t from(Severity least) const {
    return std::accumulate(counts_.begin() + static_cast<ptrdiff_t>(least), counts_.end(), size_t{0});
  }
  size_t all() const { return from(Severity::note); }

 private:
  std::array<size_t, 3> counts_{};
};

/// What was found in one payload, in the order in which it stands there.
struct Findings {
  /// More than this are counted only: a payload full of them is not meant to be one.
  static constexpr size_t max_listed = 1000;
  /// And what is behind this many bytes of pointers and words: long keys stand in them.
  static constexpr size_t max_bytes = size_t{4} << 20;

  std::vector<Finding> listed;
  SeverityCounts more;  ///< that are not listed

  bool is_full() const { return listed.size() >= max_listed || bytes_ >= max_bytes; }

  void add(Finding finding) {
    if (is_full()) {
      more.add(finding.rule->severity);
      return;
    }
    bytes_ += finding.pointer.size() + finding.message.size() + finding.remedy.size();
    listed.push_back(std::move(finding));
  }

 private:
  size_t bytes_ = 0;
};

}  // namespace farehook
