#pragma once

#include "booking/finding.hpp"
#include "delivery/json_tree.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace farehook {

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
