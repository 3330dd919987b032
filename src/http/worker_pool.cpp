#include "http/worker_pool.hpp"

#include "delivery/error.hpp"

#include <csignal>

namespace farehook {

WorkerPool::WorkerPool(size_t max_workers) : max_workers_(max_workers) {}

WorkerPool::~WorkerPool() { finish(); }

void WorkerPool::run(std::function<void()> task) {
  std::unique_lock lock(mutex_);
  room_ready_.wait(lock, [this] { return waiting_.size() < max_waiting; });
  waiting_.push_back(std::move(task));
  if (idle_ < waiting_.size() && workers_.size() < max_workers_) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_bytes);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t worker{};
    const int error = pthread_create(&worker, &attributes, work, this);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_attr_destroy(&attributes);
    // With no thread to be had the task waits for one that there is.
    if (error == 0)
      workers_.push_back(worker);
    else if (workers_.empty())
      throw Error("threads: the system gives none");
  }
  work_ready_.notify_one();
}

void WorkerPool::finish() {
  std::vector<pthread_t> workers;
  {
    const std::lock_guard lock(mutex_);
    finishing_ = true;
    workers.swap(workers_);
  }
  work_ready_.notify_all();
  for (const pthread_t worker : workers) pthread_join(worker, nullptr);
}

size_t WorkerPool::busy() const {
  const std::lock_guard lock(mutex_);
  return workers_.size() - idle_ + waiting_.size();
}

void* WorkerPool::work(void* pool) {
  static_cast<WorkerPool*>(pool)->work();
  return nullptr;
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    work_ready_.wait(lock, [this] { return finishing_ || !waiting_.empty(); });
    --idle_;
    if (waiting_.empty()) return;
    std::function<void()> task = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    room_ready_.notify_one();
    task();
    task = nullptr;
    lock.lock();
  }
}

}  // namespace farehook
