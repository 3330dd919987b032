#include "delivery/delivery_id.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <mutex>
#include <regex>
#include <set>
#include <thread>
#include <vector>

using namespace farehook;

TEST_CASE("a delivery id is a UUID of version 7 that begins with its moment") {
  const Timestamp moment = *from_rfc3339("2030-02-03T04:05:06.789Z");
  const std::string id = new_delivery_id(moment);
  CHECK(std::regex_match(id,
                         std::regex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")));
  const auto milliseconds = std::stoull(id.substr(0, 8) + id.substr(9, 4), nullptr, 16);
  CHECK(milliseconds == static_cast<uint64_t>(moment.time_since_epoch().count()) / 1000);
}

TEST_CASE("ids increase even where the clock stands still or steps back") {
  const Timestamp moment = *from_rfc3339("2031-01-01T00:00:00Z");
  std::string last = new_delivery_id(moment);
  for (int i = 0; i < 20'000; ++i) {
    const std::string id = new_delivery_id(moment - std::chrono::seconds{i % 3});
    REQUIRE(last < id);
    last = id;
  }
}

TEST_CASE("the same seed gives the same ids, which increase all the same") {
  const Timestamp moment = *from_rfc3339("2031-01-01T00:00:00Z");
  SeededDeliveryIds first(7, moment), second(7, moment), other(8, moment);
  std::string last;
  for (int i = 0; i < 5000; ++i) {
    const std::string id = first.next();
    REQUIRE(last < id);
    REQUIRE(second.next() == id);
    REQUIRE(other.next() != id);
    last = id;
  }
  CHECK(last[14] == '7');
}

TEST_CASE("ids of several threads are distinct") {
  std::mutex mutex;
  std::set<std::string> ids;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      std::vector<std::string> mine;
      for (int i = 0; i < 5000; ++i) mine.push_back(new_delivery_id(now()));
      CHECK(std::is_sorted(mine.begin(), mine.end()));
      const std::lock_guard lock(mutex);
      ids.insert(mine.begin(), mine.end());
    });
  for (auto& thread : threads) thread.join();
  CHECK(ids.size() == 20'000);
}
