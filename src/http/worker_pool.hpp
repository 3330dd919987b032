#pragma once

#include <pthread.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

namespace farehook {

/// Threads that serve connections, one each, started as they are needed. Their stacks are large: the HTTP
/// library matches parts of a request with std::regex, which recurses by some 500 bytes a character.
/// They take no signals.
class WorkerPool {
 public:
  static constexpr size_t stack_bytes = size_t{16} << 20;  ///< of address space, not of memory
  static constexpr size_t max_waiting = 1024;

  explicit WorkerPool(size_t max_workers);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Hands over a task. Blocks while max_waiting tasks wait for a worker.
  void run(std::function<void()> task);

  /// Runs what waits, then ends the workers.
  void finish();

  /// How many tasks are being run or wait.
  size_t busy() const;

 private:
  static void* work(void* pool);
  void work();

  const size_t max_workers_;
  mutable std::mutex mutex_;
  std::condition_variable work_ready_, room_ready_;
  std::deque<std::function<void()>> waiting_;
  std::vector<pthread_t> workers_;
  size_t idle_ = 0;
  bool finishing_ = false;
};

}  // namespace farehook
