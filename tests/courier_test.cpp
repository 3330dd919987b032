#include "delivery/courier.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <thread>
#include <utility>

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

/// Makes each attempt by calling a function, in a thread of its own.
class ThreadCarrier : public Carrier {
 public:
  using Post = std::function<Attempt(const Delivery&)>;
  explicit ThreadCarrier(Post post) : post_(std::move(post)) {}

  void begin(size_t place, const Delivery& delivery) override {
    threads_.emplace_back([this, place, &delivery] {
      Attempt attempt = post_(delivery);
      const std::lock_guard lock(mutex_);
      ended_.push_back({place, std::move(attempt)});
      rung_.notify_all();
    });
  }
  std::vector<Ended> wait(Clock::time_point until) override {
    std::unique_lock lock(mutex_);
    const auto is_over = [this] { return is_woken_ || !ended_.empty(); };
    // Some libraries compute with the latest of all times.
    rung_.wait_until(lock, std::min(until, Clock::now() + 1h), is_over);
    is_woken_ = false;
    return std::exchange(ended_, {});
  }
  void wake() override {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
    rung_.notify_all();
  }

 private:
  const Post post_;
  std::mutex mutex_;
  std::condition_variable rung_;
  std::vector<Ended> ended_;
  bool is_woken_ = false;
  std::vector<std::jthread> threads_;
};

std::unique_ptr<Carrier> by(ThreadCarrier::Post post) {
  return std::make_unique<ThreadCarrier>(std::move(post));
}

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
    Courier courier({8, {}}, by(post), nobody);
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
  policy.interval = 20ms;
  std::vector<std::string> told;
  std::atomic<int> told_of_others = 0, attempts = 0;
  Courier courier({2, policy}, by([&](const Delivery& each) {
                    const bool is_retry = each.id == "0" && ++attempts == 2;
                    const auto deadline = std::chrono::steady_clock::now() + 20s;
                    while (is_retry && told_of_others < 2 && std::chrono::steady_clock::now() < deadline)
                      std::this_thread::sleep_for(1ms);
                    return answer(each.id == "0" ? 500 : 200);
                  }),
                  [&](const Dispatch& each, const Attempt&, Outcome outcome) {
                    told.push_back(each.delivery.id + " " + std::string(to_string(outcome)));
                    if (each.number >= 2) ++told_of_others;
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

TEST_CASE("where a retry holds up nothing, it waits for what is in the air of its key") {
  RetryPolicy policy;
  policy.max_retries = 1;
  policy.interval = 20ms;
  std::atomic<bool> all_sent = false;
  std::atomic<int> in_the_air = 0, overlaps = 0, attempts = 0;
  std::vector<std::string> begun;  // one at a time, if the courier does what it should
  Courier courier({4, policy, false}, by([&](const Delivery& each) {
                    if (in_the_air++ > 0)
                      ++overlaps;
                    else
                      begun.push_back(each.id);
                    while (!all_sent) std::this_thread::sleep_for(1ms);
                    // Its own attempts are short, those of the others last beyond the retry's time.
                    if (each.id != "0") std::this_thread::sleep_for(60ms);
                    --in_the_air;
                    return answer(++attempts == 1 ? 500 : 200);
                  }),
                  nobody);
  for (uint64_t number = 0; number < 3; ++number) courier.send(dispatch(number, "a"));
  all_sent = true;
  courier.finish();
  CHECK(overlaps == 0);
  CHECK(begun == std::vector<std::string>{"0", "1", "2", "0"});
}

TEST_CASE("where a retry holds up nothing, it does not wait for what is due later") {
  RetryPolicy policy;
  policy.max_retries = 1;
  policy.interval = 1ms;
  std::vector<std::string> told;
  Courier courier({2, policy, false},
                  by([](const Delivery& each) { return answer(each.id == "0" ? 500 : 200); }),
                  [&](const Dispatch& each, const Attempt&, Outcome) { told.push_back(each.delivery.id); });
  courier.send(dispatch(0, "a"));
  courier.send(dispatch(1, "a", 1s));
  courier.finish();
  CHECK(told == std::vector<std::string>{"0", "0", "1"});
}

TEST_CASE("where a retry holds up nothing, stop drops it behind what is in the air") {
  RetryPolicy policy;
  policy.max_retries = 5;
  policy.interval = 1ms;
  std::atomic<bool> all_sent = false, go = false;
  std::atomic<int> begun = 0;
  Courier courier({2, policy, false}, by([&](const Delivery& each) {
                    ++begun;
                    while (!all_sent) std::this_thread::sleep_for(1ms);
                    while (each.id == "1" && !go) std::this_thread::sleep_for(1ms);
                    return answer(500);
                  }),
                  nobody);
  courier.send(dispatch(0, "a"));
  courier.send(dispatch(1, "a"));
  all_sent = true;
  while (begun < 2) std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(20ms);  // the retry of 0 is due now
  courier.stop();
  go = true;
  courier.finish();
  CHECK(begun == 2);
}

TEST_CASE("deliveries go at their time, the earlier first") {
  std::vector<std::pair<std::string, std::chrono::steady_clock::duration>> gone;
  const auto start = std::chrono::steady_clock::now();
  // One place for attempts: which of two that are due goes first is the courier's doing.
  Courier courier({1, {}}, by([](const Delivery&) { return answer(200); }),
                  [&](const Dispatch& each, const Attempt&, Outcome) {
                    gone.emplace_back(each.delivery.id, std::chrono::steady_clock::now() - start);
                  });
  courier.send(dispatch(0, "", 600ms));
  courier.send(dispatch(1, "", 300ms));
  courier.send(dispatch(2));
  courier.finish();
  REQUIRE(gone.size() == 3);
  CHECK(gone[0].first == "2");
  CHECK(gone[1].first == "1");
  CHECK(gone[1].second >= 300ms);
  CHECK(gone[2].first == "0");
  CHECK(gone[2].second >= 600ms);
}

TEST_CASE("after stop nothing begins, and what is in the air is finished") {
  std::atomic<int> begun = 0, told = 0;
  std::atomic<bool> go = false;
  Courier courier({2, {}}, by([&](const Delivery&) {
                    ++begun;
                    while (!go) std::this_thread::sleep_for(1ms);
                    return answer(200);
                  }),
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
  Courier courier({1, {}}, by([&](const Delivery&) {
                    while (!go) std::this_thread::sleep_for(1ms);
                    return answer(200);
                  }),
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

TEST_CASE("what has waited for its turn or its retry makes room for what comes later") {
  RetryPolicy policy;
  policy.max_retries = 1;
  policy.interval = 1ms;
  std::atomic<int> attempts = 0;
  const auto post = [&](const Delivery&) { return answer(++attempts % 2 == 0 ? 200 : 500); };
  Courier courier({4, policy}, by(post), nobody);
  // More than may wait behind others (16 MiB), and for another attempt (64 MiB), at one time.
  for (uint64_t number = 0; number < 12; ++number) {
    Dispatch each = dispatch(number, "a");
    each.delivery.body = std::string(size_t{8} << 20, 'x');
    if (!courier.send(std::move(each))) FAIL("stopped");
  }
  courier.finish();
  CHECK(attempts == 24);
}
