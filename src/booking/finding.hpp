#pragma once

#include "booking/rules.hpp"
#include "delivery/json_tree.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
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

/// A finding's message and remedy.
struct FindingWords {
  std::string message, remedy;
};

/// What can't be told of a payload whose text had to be mended.
struct Gaps {
  bool is_abridged = false;     ///< three dots stand for members: nothing is missing by mistake
  std::vector<size_t> unknown;  ///< the offsets of values that stand in for what is not known
};

/// Adds what is found about the values of one payload. Once the list is full it only counts: `words`, which
/// returns FindingWords, is not called then, and no pointer made. Rules are of rules().
class Finder {
 public:
  /// `text_begin` is where offsets count from.
  Finder(const JsonNode& payload, const char* text_begin, const Gaps& gaps, Findings& findings)
      : pointers_(payload), text_begin_(text_begin), gaps_(gaps), findings_(findings) {}

  size_t offset_of(std::string_view part) const { return static_cast<size_t>(part.data() - text_begin_); }

  /// Whether the value stands in for one that is not known: there is nothing to be found about it then.
  bool is_unknown(const JsonNode& node) const {
    return std::ranges::find(gaps_.unknown, offset_of(node.text)) != gaps_.unknown.end();
  }

  /// About a whole value.
  template <class Words>
  void add_at(const JsonNode& node, std::string_view rule, const Words& words) {
    add(node, rule, "", node.text, words);
  }
  /// About a member's key.
  template <class Words>
  void add_at_key(const JsonNode& node, std::string_view rule, const Words& words) {
    add(node, rule, "", node.key, words);
  }
  /// About a member that an object has not.
  template <class Words>
  void add_missing(const JsonNode& object, std::string_view name, std::string_view rule, const Words& words) {
    if (!gaps_.is_abridged) add(object, rule, name, object.text.substr(0, 1), words);
  }

 private:
  template <class Words>
  void add(const JsonNode& node, std::string_view rule, std::string_view name, std::string_view place,
           const Words& words) {
    if (findings_.is_full()) {
      findings_.more.add(find_rule(rule)->severity);
      return;
    }
    FindingWords told = words();
    std::string pointer = pointers_.at(node);
    if (!name.empty()) pointer.append("/").append(name);
    findings_.add({find_rule(rule), std::move(pointer), offset_of(place), place.size(),
                   std::move(told.message), std::move(told.remedy)});
  }

  PointerFinder pointers_;
  const char* text_begin_;
  const Gaps& gaps_;
  Findings& findings_;
};

}  // namespace farehook
