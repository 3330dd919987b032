#include "delivery/timestamp.hpp"

#include <charconv>
#include <cstdio>
#include <ctime>

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

}  // namespace

Timestamp now() { return time_point_cast<microseconds>(system_clock::now()); }

std::string to_rfc3339(Timestamp moment) {
  const auto day = floor<days>(moment);
  const year_month_day date{day};
  const hh_mm_ss time{moment - day};
  char text[40];
  const int length =
      std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                    static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return std::string(text, static_cast<size_t>(length));
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

std::string local_time_of_day(Timestamp moment) {
  const std::time_t whole = system_clock::to_time_t(time_point_cast<system_clock::duration>(moment));
  std::tm local{};
  localtime_r(&whole, &local);
  char text[16];
  return std::string(text, std::strftime(text, sizeof text, "%H:%M:%S", &local));
}

}  // namespace farehook
