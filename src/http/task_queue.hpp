#pragma once

#include "http/library.hpp"
#include "http/worker_pool.hpp"

#include <functional>
#include <utility>

namespace farehook {

/// httplib's queue over our workers. enqueue() returns void or bool, by version.
class TaskQueue : public httplib::TaskQueue {
  using Enqueued = decltype(std::declval<httplib::TaskQueue&>().enqueue(std::function<void()>{}));

 public:
  explicit TaskQueue(WorkerPool& pool) : pool_(pool) {}
  Enqueued enqueue(std::function<void()> task) override {
    pool_.run(std::move(task));
    return static_cast<Enqueued>(true);
  }
  void shutdown() override { pool_.finish(); }

 private:
  WorkerPool& pool_;
};

}  // namespace farehook
