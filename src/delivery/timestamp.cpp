#include "delivery/timestamp.hpp"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <iterator>

namespace farehook {

using namespace std::chrono;

namespace {

std::optional<int> digits(std::string_view text, size_t from, size_t count) {
  int value = 0;
  if (text.size() < from + count) return std::nullopt;
  for (size_t i = from; i < from + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

/// The part between the seconds and the final Z: empty, or a point and one to six digits.
std::optional<microseconds> fraction(std::string_view text) {
  if (text.empty()) return microseconds{0};
  const size_t count = text.size() - 1;
  if (text[0] != '.' || count < 1 || count > 6) return std::nullopt;
  const auto value = digits(text, 1, count);
  if (!value) return std::nullopt;
  int scaled = *value;
  for (size_t i = count; i < 6; ++i) scaled *= 10;
  return microseconds{scaled};
}

/// The number with zeros in front of it up to the width, and what follows it.
void append_digits(std::string& text, int64_t number, size_t width, std::string_view next) {
  const std::string digits = std::to_string(number);
  text.append(width - std::min(width, digits.size()), '0').append(digits).append(next);
}

}  // namespace

Timestamp now() { return time_point_cast<microseconds>(system_clock::now()); }

std::string to_rfc3339(Timestamp moment) {
  const auto day = floor<days>(moment);
  const year_month_day date{day};
  const hh_mm_ss time{moment - day};
  std::string text;
  text.reserve(std::size("2027-03-14T16:00:00.000000Z"));
  append_digits(text, static_cast<int>(date.year()), 4, "-");
  append_digits(text, static_cast<unsigned>(date.month()), 2, "-");
  append_digits(text, static_cast<unsigned>(date.day()), 2, "T");
  append_digits(text, time.hours().count(), 2, ":");
  append_digits(text, time.minutes().count(), 2, ":");
  append_digits(text, time.seconds().count(), 2, ".");
  append_digits(text, time.subseconds().count(), 6, "Z");
  return text;
}

std::optional<Timestamp> from_rfc3339(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00T00:00:00";
  if (text.size() < shape.size() + 1 || text.back() != 'Z') return std::nullopt;
  for (const size_t i : {4U, 7U, 10U, 13U, 16U})
    if (text[i] != shape[i]) return std::nullopt;
  const auto y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2);
  const auto h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2);
  if (!y || !mo || !d || !h || !mi || !s || *h > 23 || *mi > 59 || *s > 59) return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)}, day{static_cast<unsigned>(*d)}};
  const auto sub = fraction(text.substr(shape.size(), text.size() - shape.size() - 1));
  if (!date.ok() || !sub) return std::nullopt;
  return Timestamp{sys_days{date}.time_since_epoch() + hours{*h} + minutes{*mi} + seconds{*s} + *sub};
}

std::optional<Timestamp> from_rfc3339_with_offset(std::string_view text) {
  minutes offset{0};
  if (text.ends_with('Z')) {
    text.remove_suffix(1);
  } else {
    constexpr size_t length = 6;  // "+01:00"
    if (text.size() < length) return std::nullopt;
    const std::string_view zone = text.substr(text.size() - length);
    const auto h = digits(zone, 1, 2), m = digits(zone, 4, 2);
    if ((zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || !h || !m || *h > 23 || *m > 59)
      return std::nullopt;
    offset = (zone[0] == '+' ? 1 : -1) * (hours{*h} + minutes{*m});
    text.remove_suffix(length);
  }
  constexpr size_t max_digits = 6;
  if (const size_t point = text.find('.'); point != std::string_view::npos) {
    const size_t fine = text.find_first_not_of("0123456789", point + 1);
    if (fine == std::string_view::npos) text = text.substr(0, point + 1 + max_digits);
  }
  const auto local = from_rfc3339(std::string(text) + "Z");
  return local ? std::optional(*local - offset) : std::nullopt;
}

std::string to_milliseconds(std::chrono::microseconds duration) {
  std::string text;
  append_digits(text, duration.count() / 1000, 1, ".");
  append_digits(text, duration.count() % 1000, 3, "");
  return text;
}

std::string local_time_of_day(Timestamp moment) {
  const std::time_t whole = system_clock::to_time_t(time_point_cast<system_clock::duration>(moment));
  std::tm local{};
  localtime_r(&whole, &local);
  char text[16];
  return std::string(text, std::strftime(text, sizeof text, "%H:%M:%S", &local));
}

}  // namespace farehook
