#include "delivery/status_set.hpp"

#include "delivery/retry.hpp"

#include <doctest/doctest.h>

using namespace farehook;
using namespace std::chrono_literals;

TEST_CASE("statuses are named one by one or by their class") {
  const auto set = parse_statuses("2xx,409,500");
  REQUIRE(set);
  for (const int status : {200, 204, 299, 409, 500}) CHECK(set->holds(status));
  for (const int status : {-1, 0, 100, 199, 300, 408, 501, 599, 600, 1200}) CHECK(!set->holds(status));
  for (const char* text :
       {"", "2", "2x", "2xxx", "6xx", "0xx", "099", "600", "200,", ",200", "200 204", "20x", "xxx", "+20"}) {
    CAPTURE(text);
    CHECK(!parse_statuses(text));
  }
}

TEST_CASE("what is not accepted is tried again until there is no retry left") {
  struct Case {
    std::optional<int> status;
    int attempts;
    Outcome outcome;
  };
  constexpr auto accepted = Outcome::accepted, retry = Outcome::retry, failed = Outcome::failed;
  constexpr Case cases[] = {{200, 1, accepted}, {204, 1, accepted},       {301, 1, retry},
                            {404, 1, retry},    {429, 2, retry},          {500, 3, retry},
                            {500, 4, failed},   {std::nullopt, 1, retry}, {std::nullopt, 4, failed},
                            {299, 4, accepted}, {100, 1, retry}};
  RetryPolicy policy;
  policy.max_retries = 3;
  CHECK(policy.interval == 60s);
  for (const Case& each : cases) {
    Attempt attempt;
    attempt.status = each.status;
    CHECK(outcome_of(policy, each.attempts, attempt) == each.outcome);
  }
}
