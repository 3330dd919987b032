#include "delivery/courier.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>

using namespace farehook;
using namespace std::chrono_literals;

namespace {

Attempt answer(int status) {
  Attempt attempt;
  attempt.status = status;
  return attempt;
}

Dispatch dispatch(uint64_t number, std::string key = "", std::chrono::nanoseconds due = 0ns) {
  Dispatch each;
  each.number = number;
  each.order_key = std::move(key);
  each.due = due;
  each.delivery.id = std::to_string(number);
  return each;
}

void nobody(const Dispatch&, const Attempt&, Outcome) {}

}  // namespace

TEST_CASE("each delivery is sent once, those of one key one after the other and in order") {
  std::mutex mutex;
  std::map<std::string, std::vector<int>> order;
  std::set<std::string> in_flight;
  std::atomic<int> overlaps = 0, sent = 0;
  const auto post = [&](const Delivery& delivery) {
    const int number = std::stoi(delivery.id);
    const std::string key = std::to_string(number % 7);
    {
      const std::lock_guard lock(mutex);
      if (!in_flight.insert(key).second) ++overlaps;
      order[key].push_back(number);
    }
    if (number % 13 == 0) std::this_thread::sleep_for(1ms);
    ++sent;
    const std::lock_guard lock(mutex);
    in_flight.erase(key);
    return answer(200);
  };
  {
    Courier courier(
        {8, {}}, [&] { return post; }, nobody);
    for (uint64_t number = 0; number < 2000; ++number)
      CHECK(courier.send(dispatch(number, std::to_string(number % 7))));
    courier.finish();
    CHECK(sent == 2000);
  }
  CHECK(overlaps == 0);
  for (const auto& [key, numbers] : order) CHECK(std::ranges::is_sorted(numbers));
}

TEST_CASE("a delivery that waits for its retry holds up its own key only") {
  RetryPolicy policy;
  policy.max_retries = 1;
  policy.interval = 200ms;
  std::vector<std::string> told;
  Courier courier(
      {2, policy}, [] { return [](const Delivery& each) { return answer(each.id == "0" ? 500 : 200); }; },
      [&](const Dispatch& each, const Attempt&, Outcome outcome) {
        told.push_back(each.delivery.id + " " + std::string(to_string(outcome)));
      });
  courier.send(dispatch(0, "a"));
  courier.send(dispatch(1, "a"));
  courier.send(dispatch(2, "b"));
  courier.send(dispatch(3));
  courier.finish();
  CHECK(std::set(told.begin(), told.begin() + 3) ==
        std::set<std::string>{"0 retry", "2 accepted", "3 accepted"});
  CHECK(std::vector(told.begin() + 3, told.end()) == std::vector<std::string>{"0 failed", "1 accepted"});
}

TEST_CASE("deliveries go at their time, the earlier first") {
  std::vector<std::pair<std::string, std::chrono::steady_clock::duration>> gone;
  const auto start = std::chrono::steady_clock::now();
  Courier courier(
      {3, {}}, [] { return [](const Delivery&) { return answer(200); }; },
      [&](const Dispatch& each, const Attempt&, Outcome) {
        gone.emplace_back(each.delivery.id, std::chrono::steady_clock::now() - start);
      });
  courier.send(dispatch(0, "", 150ms));
  courier.send(dispatch(1, "", 50ms));
  courier.send(dispatch(2));
  courier.finish();
  REQUIRE(gone.size() == 3);
  CHECK(gone[0].first == "2");
  CHECK(gone[1].first == "1");
  CHECK(gone[1].second >= 50ms);
  CHECK(gone[2].first == "0");
  CHECK(gone[2].second >= 150ms);
}

TEST_CASE("after stop nothing begins, and what is in the air is finished") {
  std::atomic<int> begun = 0, told = 0;
  std::atomic<bool> go = false;
  Courier courier(
      {2, {}},
      [&] {
        return [&](const Delivery&) {
          ++begun;
          while (!go) std::this_thread::sleep_for(1ms);
          return answer(200);
        };
      },
      [&](const Dispatch&, const Attempt&, Outcome) { ++told; });
  for (uint64_t number = 0; number < 20; ++number) courier.send(dispatch(number, number % 2 == 0 ? "a" : ""));
  while (begun < 2) std::this_thread::sleep_for(1ms);
  courier.stop();
  CHECK(!courier.send(dispatch(99)));
  go = true;
  courier.finish();
  CHECK(begun == 2);
  CHECK(told == 2);
}

TEST_CASE("who sends more than can wait is held up, and let go by stop") {
  std::atomic<bool> go = false;
  Courier courier(
      {1, {}},
      [&] {
        return [&](const Delivery&) {
          while (!go) std::this_thread::sleep_for(1ms);
          return answer(200);
        };
      },
      nobody);
  std::atomic<uint64_t> taken = 0;
  std::thread sender([&] {
    while (courier.send(dispatch(taken))) ++taken;
  });
  while (taken < 64) std::this_thread::sleep_for(1ms);
  courier.stop();
  sender.join();
  CHECK(taken < 100);
  go = true;
}
