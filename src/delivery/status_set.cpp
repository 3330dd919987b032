#include "delivery/status_set.hpp"

#include <charconv>

namespace farehook {

StatusSet StatusSet::success() { return *parse_statuses("2xx"); }

std::optional<StatusSet> parse_statuses(std::string_view text) {
  StatusSet set;
  for (;;) {
    const std::string_view each = text.substr(0, text.find(','));
    if (each.size() != 3 || each[0] < '1' || each[0] > '5') return std::nullopt;
    if (each.substr(1) == "xx") {
      const auto first = static_cast<size_t>(each[0] - '0') * 100;
      for (size_t status = first; status < first + 100; ++status) set.statuses_.set(status);
    } else {
      size_t status = 0;
      if (std::from_chars(each.data(), each.data() + 3, status).ptr != each.data() + 3) return std::nullopt;
      set.statuses_.set(status);
    }
    if (each.size() == text.size()) return set;
    text.remove_prefix(each.size() + 1);
  }
}

}  // namespace farehook
