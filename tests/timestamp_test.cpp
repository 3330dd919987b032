#include "delivery/timestamp.hpp"

#include <doctest/doctest.h>

using namespace farehook;

TEST_CASE("a moment is written in UTC with microseconds and read back") {
  const Timestamp moment{std::chrono::microseconds{1'804'953'600'000'123}};
  CHECK(to_rfc3339(moment) == "2027-03-13T16:00:00.000123Z");
  for (int64_t micros : {int64_t{0}, int64_t{1}, int64_t{951'782'399'999'999}, int64_t{951'782'400'000'000}})
    CHECK(from_rfc3339(to_rfc3339(Timestamp{std::chrono::microseconds{micros}})) ==
          Timestamp{std::chrono::microseconds{micros}});
}

TEST_CASE("fractions of one to six digits are read") {
  CHECK(from_rfc3339("1970-01-01T00:00:01Z") == Timestamp{std::chrono::seconds{1}});
  CHECK(from_rfc3339("1970-01-01T00:00:00.5Z") == Timestamp{std::chrono::milliseconds{500}});
  CHECK(from_rfc3339("1970-01-01T00:00:00.000001Z") == Timestamp{std::chrono::microseconds{1}});
}

TEST_CASE("what is not an RFC 3339 time in UTC is nothing") {
  for (const char* text :
       {"", "Z", "2027-03-14", "2027-03-14T16:00:00", "2027-03-14T16:00:00+00:00", "2027-02-29T16:00:00Z",
        "2027-13-01T00:00:00Z", "2027-03-14T24:00:00Z", "2027-03-14T16:60:00Z", "2027-03-14 16:00:00Z",
        "2027-03-14T16:00:00.Z", "2027-03-14T16:00:00.1234567Z", "2027-03-14T16:00:00.12x4Z",
        "2027-03-14T16:0-:00Z"})
    CHECK_MESSAGE(!from_rfc3339(text), text);
}

TEST_CASE("a time with an offset is the same moment in UTC") {
  const auto noon = from_rfc3339("2027-03-14T12:00:00Z");
  for (const char* text :
       {"2027-03-14T12:00:00Z", "2027-03-14T13:00:00+01:00", "2027-03-14T02:00:00.000-10:00",
        "2027-03-14T17:45:00.0000000+05:45", "2027-03-15T02:00:00.000000000+14:00"})
    CHECK_MESSAGE(from_rfc3339_with_offset(text) == noon, text);
  CHECK(from_rfc3339_with_offset("2027-03-14T13:00:00.1234567+01:00") ==
        from_rfc3339("2027-03-14T12:00:00.123456Z"));
  for (const char* text :
       {"", "Z", "+01:00", "2027-03-14T12:00:00", "2027-03-14T12:00:00+0100", "2027-03-14T12:00:00+24:00",
        "2027-03-14T12:00:00 01:00", "2027-03-14T12:00:00.12x4567Z", "2027-03-14T12:00:00.+01:00",
        "2027-03-14T12:00:00Z+01:00"})
    CHECK_MESSAGE(!from_rfc3339_with_offset(text), text);
}
