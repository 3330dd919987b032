#pragma once

#include "delivery/attempt.hpp"

#include <bitset>
#include <optional>
#include <string_view>

namespace farehook {

/// Which statuses of an answer count as a delivery's acceptance.
class StatusSet {
 public:
  /// 2xx (RFC 9110, 15.3), as FareHarbor's documentation had it until 2022; later it names 200 alone.
  static StatusSet success();

  bool holds(int status) const {
    return status >= 0 && status < 600 && statuses_[static_cast<size_t>(status)];
  }
  bool holds(const Attempt& attempt) const { return attempt.status && holds(*attempt.status); }

  bool operator==(const StatusSet&) const = default;

 private:
  friend std::optional<StatusSet> parse_statuses(std::string_view text);
  std::bitset<600> statuses_;
};

/// "2xx", "200,204", "2xx,409"; nothing if the text is anything else.
std::optional<StatusSet> parse_statuses(std::string_view text);

}  // namespace farehook
