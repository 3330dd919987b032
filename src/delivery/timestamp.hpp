#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace farehook {

/// A moment of civil time, in microseconds since 1970-01-01T00:00:00Z.
using Timestamp = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

Timestamp now();

/// RFC 3339 in UTC with six fractional digits: 2027-03-14T16:00:00.000000Z.
std::string to_rfc3339(Timestamp moment);

/// The moment an RFC 3339 date-time in UTC names, with zero to six fractional digits; nothing if the text
/// is anything else.
std::optional<Timestamp> from_rfc3339(std::string_view text);

/// The same in any zone: 2027-03-14T06:00:00.5-10:00. Of a fraction with more than six digits the rest is cut
/// off.
std::optional<Timestamp> from_rfc3339_with_offset(std::string_view text);

/// A duration in milliseconds, with three decimals: 12.345.
std::string to_milliseconds(std::chrono::microseconds duration);

/// The time of day in the local zone, for people: 16:00:00.
std::string local_time_of_day(Timestamp moment);

}  // namespace farehook
