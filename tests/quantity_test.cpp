#include "delivery/quantity.hpp"

#include <doctest/doctest.h>

using namespace farehook;
using std::chrono::milliseconds;

TEST_CASE("durations take units and a bare number is seconds") {
  const std::pair<const char*, int64_t> good[] = {{"500ms", 500},
                                                  {"60s", 60'000},
                                                  {"2m", 120'000},
                                                  {"2min", 120'000},
                                                  {"1.5h", 5'400'000},
                                                  {"3", 3000},
                                                  {"0", 0},
                                                  {"0.25", 250},
                                                  {"1d", 86'400'000},
                                                  {"010", 10'000},
                                                  {"9h4m", 32'640'000},
                                                  {"1m0.5s", 60'500},
                                                  {"1d2h3m4s5ms", 93'784'005}};
  for (const auto& row : good) {
    REQUIRE_MESSAGE(parse_duration(row.first), row.first);
    CHECK(parse_duration(row.first)->count() == row.second);
  }
  for (const char* text : {"",    "s",     "-5s",    "+5s",  "5 s",
                           "5S",  "5x",    "nan",    "inf",  "0x10",
                           "1e3", "1.2.3", ".",      "366d", "99999999999999999999h",
                           "5s5", "4m9h",  "1m1min", "h4m",  "9h4",
                           "3 4s"})
    CHECK_MESSAGE(!parse_duration(text), text);
}

TEST_CASE("sizes take binary and decimal units and are whole") {
  CHECK(parse_size("4096") == 4096u);
  CHECK(parse_size("64KiB") == 65536u);
  CHECK(parse_size("8MiB") == 8388608u);
  CHECK(parse_size("1GiB") == 1073741824u);
  CHECK(parse_size("1kB") == 1000u);
  CHECK(parse_size("2MB") == 2000000u);
  CHECK(parse_size("7B") == 7u);
  for (const char* text : {"", "-1", "+1", "1.5MiB", "8 MiB", "8mib", "MiB", "8M", "0x10",
                           "18446744073709551616", "9999999999999GiB"})
    CHECK_MESSAGE(!parse_size(text), text);
}

TEST_CASE("counts are decimal digits") {
  CHECK(parse_count("0") == 0u);
  CHECK(parse_count("010") == 10u);
  CHECK(parse_count("18446744073709551615") == UINT64_MAX);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "0x1", "1.0", "18446744073709551616"})
    CHECK_MESSAGE(!parse_count(text), text);
}
