#include "delivery/tally.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace farehook;
using std::chrono::microseconds;

namespace {

Attempt took(int64_t time, std::optional<int> status = 200) {
  Attempt attempt;
  attempt.duration = microseconds(time);
  attempt.status = status;
  if (!status) attempt.error = "timeout";
  return attempt;
}

}  // namespace

TEST_CASE("percentiles are those of the sorted times, to 1/32") {
  std::mt19937_64 random(7);
  std::vector<int64_t> times;
  Tally tally;
  for (int i = 0; i < 10'000; ++i) {
    const auto time = static_cast<int64_t>(std::exp(std::uniform_real_distribution(0.0, 18.0)(random)));
    times.push_back(time);
    tally.add(took(time));
  }
  std::ranges::sort(times);
  for (const double share : {0.001, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto exact = times[static_cast<size_t>(std::ceil(share * 10'000)) - 1];
    CHECK(tally.percentile(share).count() >= exact);
    CHECK(static_cast<double>(tally.percentile(share).count()) <=
          static_cast<double>(exact) * (1 + 1.0 / 32) + 1);
  }
  CHECK(tally.longest().count() == times.back());
}

TEST_CASE("times are counted, whatever they are") {
  Tally tally;
  CHECK(tally.percentile(0.5).count() == 0);
  CHECK(tally.histogram().empty());
  for (const int64_t time :
       {int64_t{0}, int64_t{-5}, int64_t{90}, int64_t{150}, int64_t{3'000'000'000}, INT64_MAX})
    tally.add(took(time));
  tally.add(took(10, std::nullopt));
  CHECK(tally.attempts() == 7);
  uint64_t total = 0;
  microseconds before{0};
  for (const auto& bar : tally.histogram()) {
    CHECK(bar.up_to > before);
    before = bar.up_to;
    total += bar.count;
  }
  CHECK(total == 7);
}
