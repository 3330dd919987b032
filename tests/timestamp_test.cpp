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
