#include "http/worker_pool.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <latch>

using namespace farehook;

TEST_CASE("the pool runs all tasks and no more at once than it has workers") {
  std::atomic<int> running{0}, most{0}, done{0};
  {
    WorkerPool pool(4);
    for (int i = 0; i < 2000; ++i)
      pool.run([&] {
        const int now_running = ++running;
        int seen = most;
        while (now_running > seen && !most.compare_exchange_weak(seen, now_running)) {
        }
        --running;
        ++done;
      });
  }
  CHECK(done == 2000);
  CHECK(most <= 4);
}

TEST_CASE("tasks that wait for each other get a worker each") {
  WorkerPool pool(8);
  std::latch all(8);
  std::atomic<int> met{0};
  for (int i = 0; i < 8; ++i)
    pool.run([&] {
      all.arrive_and_wait();
      ++met;
    });
  pool.finish();
  CHECK(met == 8);
}

TEST_CASE("a worker's stack takes deep recursion") {
  WorkerPool pool(1);
  std::atomic<bool> reached{false};
  pool.run([&] {
    volatile char deep[WorkerPool::stack_bytes / 2];
    deep[0] = 1;
    deep[sizeof deep - 1] = 1;
    reached = deep[0] == 1;
  });
  pool.finish();
  CHECK(reached);
}
