#pragma once

#include "delivery/attempt.hpp"
#include "delivery/delivery.hpp"
#include "delivery/retry.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <queue>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace farehook {

/// A delivery on its way.
struct Dispatch {
  uint64_t number = 0;              ///< 0, 1, 2 in the order in which they are sent off
  std::string order_key;            ///< those of one key are sent one after the other; "": no order
  std::chrono::nanoseconds due{0};  ///< not before this, counted from the courier's start
  Delivery delivery;
  std::string source;  ///< where it is from, for the caller: the courier does not look at it
  int attempts = 0;    ///< made so far
  std::chrono::nanoseconds scheduled{
      0};  ///< when its present attempt was due, counted from the courier's start
};

enum class Outcome { accepted, retry, failed };
std::string_view to_string(Outcome outcome);

/// Sends deliveries from a number of threads, each one at its time, those of one key in order, and tries
/// again what was not accepted. One delivery's waiting never holds up another of another key.
class Courier {
 public:
  /// Makes one attempt. Each thread has its own, which is called by no other.
  using Post = std::function<Attempt(const Delivery&)>;
  /// Told of each attempt, one at a time, in the order in which they end.
  using Told = std::function<void(const Dispatch&, const Attempt&, Outcome)>;

  struct Plan {
    size_t threads = 1;
    RetryPolicy retry;
    bool retries_hold_order = true;  ///< what waits for another attempt holds up those of its key
  };

  Courier(Plan plan, const std::function<Post()>& new_post, Told told);
  /// As stop() and finish().
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  /// Takes a delivery, and waits as long as there are enough on their way. Returns false after stop().
  bool send(Dispatch dispatch);

  /// Returns when all that was taken has met its outcome.
  void finish();

  /// Begins no further attempt: what is in the air is finished, the rest is dropped.
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    Clock::time_point due;
    Dispatch dispatch;
    bool operator<(const Waiting& other) const {  // the queue's first is its greatest
      return due != other.due ? due > other.due : dispatch.number > other.dispatch.number;
    }
  };

  void work(const Post& post);
  bool is_full() const;
  bool has_room_again() const;
  void enqueue(Clock::time_point due, Dispatch dispatch);
  void release(const std::string& key);

  const Plan plan_;
  const Told told_;
  const Clock::time_point start_ = Clock::now();

  mutable std::mutex mutex_;
  std::condition_variable work_ready_, room_ready_, all_done_;
  std::priority_queue<Waiting> waiting_;
  /// The keys of which one is on its way, and what waits behind it.
  std::unordered_map<std::string, std::deque<Waiting>> held_;
  size_t idle_ = 0;         ///< threads that wait for work, or for its time
  size_t unfinished_ = 0;   ///< taken, and without an outcome
  size_t not_begun_ = 0;    ///< of them, without an attempt
  size_t fresh_bytes_ = 0;  ///< of the bodies of those
  size_t held_bytes_ = 0;   ///< of the bodies that wait behind another of their key, and are none of those
  size_t retry_bytes_ = 0;  ///< of the bodies that wait for another attempt
  bool stopped_ = false, ends_ = false, sender_waits_ = false;

  std::mutex tell_mutex_;
  std::vector<std::thread> threads_;
};

}  // namespace farehook
