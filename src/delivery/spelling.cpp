#include "delivery/spelling.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <utility>
#include <vector>

namespace farehook {

namespace {

bool is_same(char one, char other) {
  return std::tolower(static_cast<unsigned char>(one)) == std::tolower(static_cast<unsigned char>(other));
}

size_t slips_allowed(size_t length) { return length < 4 ? 0 : length < 6 ? 1 : 2; }

}  // namespace

size_t spelling_distance(std::string_view one, std::string_view other) {
  // Row i holds the distances of one's first i characters to each beginning of the other.
  std::vector<size_t> before_last, last, row(other.size() + 1);
  for (size_t j = 0; j <= other.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= one.size(); ++i) {
    before_last = std::exchange(last, row);
    row[0] = i;
    for (size_t j = 1; j <= other.size(); ++j) {
      const size_t change = is_same(one[i - 1], other[j - 1]) ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      const bool is_swap =
          i > 1 && j > 1 && is_same(one[i - 1], other[j - 2]) && is_same(one[i - 2], other[j - 1]);
      if (is_swap) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row.back();
}

std::string nearest(std::string_view name, std::span<const std::string_view> names) {
  std::string_view found;
  size_t least = SIZE_MAX;
  for (const std::string_view each : names) {
    const size_t longer = std::max(name.size(), each.size()), shorter = std::min(name.size(), each.size());
    // The difference in length is a bound: what is far too long is not compared.
    if (longer - shorter > slips_allowed(longer)) continue;
    const size_t distance = spelling_distance(name, each);
    if (distance > slips_allowed(longer) || distance >= least) continue;
    least = distance;
    found = each;
  }
  return std::string(found);
}

}  // namespace farehook
