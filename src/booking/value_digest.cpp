#include "booking/value_digest.hpp"

#include "delivery/json_string.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <string>

namespace farehook {

namespace {

uint64_t number_digest(std::string_view raw) {
  const bool is_whole = std::ranges::none_of(raw, [](char c) { return c == '.' || c == 'e' || c == 'E'; });
  if (is_whole && raw != "-0") return hash(raw);
  double value = 0;
  if (std::from_chars(raw.data(), raw.data() + raw.size(), value).ec != std::errc{}) return hash(raw);
  constexpr double largest_exact = 9007199254740992;
  if (std::nearbyint(value) == value && std::abs(value) < largest_exact)
    return hash(std::to_string(static_cast<int64_t>(value)));
  return std::hash<double>{}(value);
}

}  // namespace

uint64_t mix(uint64_t value) {
  // The finalizer of splitmix64.
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

uint64_t hash(std::string_view text) { return std::hash<std::string_view>{}(text); }

uint64_t string_digest(std::string_view raw) {
  return raw.find('\\') == std::string_view::npos ? hash(raw.substr(1, raw.size() - 2)) : hash(unquote(raw));
}

uint64_t scalar_digest(JsonKind kind, std::string_view raw) {
  const uint64_t value = kind == JsonKind::string   ? string_digest(raw)
                         : kind == JsonKind::number ? number_digest(raw)
                                                    : hash(raw);
  return mix(value + static_cast<uint64_t>(kind));
}

}  // namespace farehook
