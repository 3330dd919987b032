#include "delivery/virtual_courier.hpp"

#include <doctest/doctest.h>

using namespace farehook;
using namespace std::chrono_literals;

namespace {

Dispatch dispatch(uint64_t number, std::chrono::nanoseconds due) {
  Dispatch each;
  each.number = number;
  each.due = due;
  return each;
}

}  // namespace

TEST_CASE("virtual time keeps the policy's clock, and the order of all attempts") {
  RetryPolicy policy;
  policy.max_retries = 3;
  std::vector<std::string> told;
  VirtualCourier courier(
      policy, Timestamp{},
      [](const Dispatch& each, std::chrono::nanoseconds) {
        Attempt attempt;
        attempt.duration = each.number == 1 ? 5s : 0s;
        if (each.number == 0 || each.attempts == 3)
          attempt.status = 200;
        else
          attempt.error = "closed";
        return attempt;
      },
      [&](const Dispatch& each, const Attempt& attempt, Outcome outcome) {
        CHECK(attempt.started_at.time_since_epoch() == each.scheduled);
        told.push_back(std::to_string(each.number) + " at " + std::to_string(each.scheduled / 1s) + " " +
                       std::string(to_string(outcome)));
      });
  courier.send(dispatch(1, 0s));
  courier.send(dispatch(2, 60s));
  courier.send(dispatch(0, 70s));
  courier.finish();
  CHECK(told == std::vector<std::string>{"1 at 0 retry", "2 at 60 retry", "1 at 65 retry", "0 at 70 accepted",
                                         "2 at 120 retry", "1 at 130 accepted", "2 at 180 accepted"});
}

TEST_CASE("virtual time goes on for 250 years, and never back") {
  RetryPolicy policy;
  policy.max_retries = 1000;
  policy.interval = 24h * 365;
  std::chrono::nanoseconds last{0};
  VirtualCourier courier(
      policy, Timestamp{}, [](const Dispatch&, std::chrono::nanoseconds) { return Attempt{}; },
      [&](const Dispatch& each, const Attempt&, Outcome) {
        CHECK(each.scheduled >= last);
        last = each.scheduled;
      });
  courier.send(dispatch(0, 0s));
  courier.finish();
  CHECK(last == std::chrono::years{250});
}

TEST_CASE("a delivery is given up after its last retry") {
  RetryPolicy policy;
  policy.max_retries = 2;
  policy.interval = 10s;
  int attempts = 0;
  Outcome last = Outcome::accepted;
  VirtualCourier courier(
      policy, Timestamp{}, [](const Dispatch&, std::chrono::nanoseconds) { return Attempt{}; },
      [&](const Dispatch& each, const Attempt&, Outcome outcome) {
        attempts = each.attempts;
        last = outcome;
      });
  courier.send(dispatch(0, 0s));
  courier.finish();
  CHECK(attempts == 3);
  CHECK(last == Outcome::failed);
}
