#include "delivery/pace.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace farehook;
using namespace std::chrono_literals;

namespace {

Timestamp at(std::chrono::milliseconds since_then) { return Timestamp{1'000'000s} + since_then; }

std::vector<int64_t> due(Pace::Plan plan, std::vector<std::chrono::milliseconds> received) {
  Pace pace(plan);
  std::vector<int64_t> milliseconds;
  for (const auto each : received) milliseconds.push_back(pace.next_due(at(each)) / 1ms);
  return milliseconds;
}

}  // namespace

TEST_CASE("deliveries are due at once, at a rate, or at the gaps in which they came") {
  using Due = std::vector<int64_t>;
  const std::vector<std::chrono::milliseconds> received = {0ms, 1s, 1s, 500ms, 5s};
  CHECK(due({}, received) == Due{0, 0, 0, 0, 0});
  CHECK(due({.per_second = 4.0, .speed = {}, .max_gap = {}}, received) == Due{0, 250, 500, 750, 1000});
  CHECK(due({.per_second = {}, .speed = 1.0, .max_gap = {}}, received) == Due{0, 1000, 1000, 1000, 5000});
  CHECK(due({.per_second = {}, .speed = 2.0, .max_gap = {}}, received) == Due{0, 500, 500, 500, 2500});
  CHECK(due({.per_second = {}, .speed = 1.0, .max_gap = 2s}, received) == Due{0, 1000, 1000, 1000, 3000});
  CHECK(due({.per_second = {}, .speed = 1e-9, .max_gap = 2s}, {0ms, 24h * 365}) == Due{0, 2000});
}

TEST_CASE("what would be due after 250 years is due then") {
  const std::vector<std::chrono::milliseconds> received = {0ms, 1s, 2s, 3s, 4s, 5s};
  const int64_t last = std::chrono::years{250} / 1ms;
  using Due = std::vector<int64_t>;
  CHECK(due({.per_second = 1e-7 / 3600, .speed = {}, .max_gap = {}}, received) ==
        Due{0, last, last, last, last, last});
  CHECK(due({.per_second = {}, .speed = 1.0 / (1U << 31), .max_gap = {}}, received) ==
        Due{0, 1000LL << 31, 2000LL << 31, 3000LL << 31, last, last});
}

TEST_CASE("a second round, and an input that is older than the one before it, keep their gaps") {
  Pace pace({.per_second = {}, .speed = 1.0, .max_gap = {}});
  const auto due_ms = [&](std::optional<std::chrono::milliseconds> received) {
    return pace.next_due(received ? std::optional(at(*received)) : std::nullopt) / 1ms;
  };
  for (const int64_t before : {0, 7000}) {
    pace.begin_round();
    pace.begin_input();
    CHECK(due_ms(60s) == before);
    CHECK(due_ms(62s) == before + 2000);
    pace.begin_input();
    CHECK(due_ms(10s) == before + 2000);
    CHECK(due_ms(9s) == before + 2000);
    CHECK(due_ms(11s) == before + 3000);
    pace.begin_input();  // as of a capture that was rotated: it goes on
    CHECK(due_ms({}) == before + 3000);
    CHECK(due_ms(15s) == before + 7000);
  }
}
