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
    bool again;
  };
  constexpr Case cases[] = {{200, 1, false}, {204, 1, false},         {301, 1, true},
                            {404, 1, true},  {429, 2, true},          {500, 3, true},
                            {500, 4, false}, {std::nullopt, 1, true}, {std::nullopt, 4, false},
                            {299, 4, false}, {100, 1, true}};
  RetryPolicy policy;
  policy.max_retries = 3;
  for (const Case& each : cases) {
    Attempt attempt;
    attempt.status = each.status;
    const auto wait = next_attempt_after(policy, each.attempts, attempt);
    CHECK(wait.has_value() == each.again);
    if (wait) CHECK(*wait == 60s);
  }
}
