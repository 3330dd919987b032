#pragma once

#include "booking/rules.hpp"
#include "delivery/json_tree.hpp"

#include <cstddef>
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

/// A finding about a whole value of the payload, or about its key. The rule is one of rules(); `text_begin`
/// is where offsets count from.
Finding finding_at(const JsonNode& payload, const JsonNode& node, std::string_view rule, std::string message,
                   std::string remedy, const char* text_begin);
Finding finding_at_key(const JsonNode& payload, const JsonNode& node, std::string_view rule,
                       std::string message, std::string remedy, const char* text_begin);

/// What was found in one payload, in the order in which it stands there.
struct Findings {
  /// More than this are counted only: a payload full of them is not meant to be one.
  static constexpr size_t max_listed = 1000;

  std::vector<Finding> listed;
  size_t more = 0;

  void add(Finding finding) {
    if (listed.size() < max_listed)
      listed.push_back(std::move(finding));
    else
      ++more;
  }
};

}  // namespace farehook
