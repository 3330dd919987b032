#include "delivery/quantity.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace farehook {

namespace {

/// Splits "64KiB" into "64" and "KiB".
std::pair<std::string_view, std::string_view> split_unit(std::string_view text) {
  const size_t unit = text.find_first_not_of("0123456789.");
  if (unit == std::string_view::npos) return {text, {}};
  return {text.substr(0, unit), text.substr(unit)};
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr std::pair<std::string_view, double> units[] = {
      {"d", 86'400'000}, {"h", 3'600'000}, {"min", 60'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}};
  constexpr double longest = 365.0 * 86'400'000;
  double total = 0, last_unit = 1e18;
  do {
    const auto [number, rest] = split_unit(text);
    const std::string_view unit = rest.substr(0, rest.find_first_of("0123456789."));
    text = rest.substr(unit.size());
    double value = 0;
    const char* const stop = number.data() + number.size();
    const auto [end, error] = std::from_chars(number.data(), stop, value, std::chars_format::fixed);
    if (number.empty() || error != std::errc{} || end != stop) return std::nullopt;
    const auto* known = std::ranges::find(units, unit, &std::pair<std::string_view, double>::first);
    const bool is_bare = unit.empty() && total == 0 && last_unit == 1e18;
    if (known == std::end(units) && !is_bare) return std::nullopt;
    const double milliseconds = is_bare ? 1000 : known->second;
    // Each part is smaller than the one before: 9h4m, not 4m9h.
    if (milliseconds >= last_unit) return std::nullopt;
    last_unit = milliseconds;
    total += value * milliseconds;
  } while (!text.empty());
  if (total > longest) return std::nullopt;
  return std::chrono::milliseconds{static_cast<int64_t>(total + 0.5)};
}

std::optional<uint64_t> parse_size(std::string_view text) {
  constexpr std::pair<std::string_view, uint64_t> units[] = {{"", 1},
                                                             {"B", 1},
                                                             {"kB", 1000},
                                                             {"KB", 1000},
                                                             {"MB", 1'000'000},
                                                             {"GB", 1'000'000'000},
                                                             {"KiB", uint64_t{1} << 10},
                                                             {"MiB", uint64_t{1} << 20},
                                                             {"GiB", uint64_t{1} << 30}};
  constexpr uint64_t largest = uint64_t{1} << 62;
  const auto [number, unit] = split_unit(text);
  const auto value = parse_count(number);
  if (!value) return std::nullopt;
  for (const auto& [name, bytes] : units)
    if (unit == name && *value <= largest / bytes) return *value * bytes;
  return std::nullopt;
}

std::optional<uint64_t> parse_count(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace farehook
