#pragma once

#include "delivery/attempt.hpp"
#include "delivery/carrier.hpp"
#include "delivery/dispatch.hpp"
#include "delivery/retry.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace farehook {

/// Sends deliveries by a carrier, a number of them at once, each one at its time, those of one key in order,
/// and tries again what was not accepted. One delivery's waiting never holds up another of another key.
class Courier {
 public:
  /// Told of each attempt, one at a time, in the order in which they end, by the courier's thread: while it
  /// is being told, no other attempt goes on. It must not throw.
  using Told = std::function<void(const Dispatch&, const Attempt&, Outcome)>;

  struct Plan {
    size_t at_once = 1;  ///< attempts: the carrier's places
    RetryPolicy retry;
    bool retries_hold_order = true;  ///< what waits for another attempt holds up those of its key; if not,
                                     ///< it goes behind those that are on their way when its time comes
  };

  /// Throws Error.
  Courier(Plan plan, std::unique_ptr<Carrier> carrier, Told told);
  /// As stop() and finish().
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  /// Takes a delivery, and waits as long as there are enough on their way. Returns false after stop(). For
  /// one thread, which is not the one that is told.
  bool send(Dispatch dispatch);

  /// Returns when all that was taken has met its outcome.
  void finish();

  /// Begins no further attempt: what is in the air is finished, the rest is dropped.
  void stop();

 private:
  using Clock = Carrier::Clock;
  struct Waiting {
    Clock::time_point due;
    Dispatch dispatch;
    bool has_turn = false;  ///< it is the one of its key that is on its way

    bool operator<(const Waiting& other) const {  // the queue's first is its greatest
      return due != other.due ? due > other.due : dispatch.number > other.dispatch.number;
    }
  };

  /// Of an attempt.
  struct End {
    size_t place;
    std::optional<Clock::time_point> again;  ///< when the next one begins, if one does
  };

  void work();
  std::vector<size_t> take_due();
  Clock::time_point next_due() const;
  std::vector<End> told(const std::vector<Carrier::Ended>& ended);
  void settle(const End& end);
  bool is_full() const;
  bool has_room_again() const;
  void enqueue(Waiting next);
  Waiting dequeue();
  bool takes_turn(Waiting& next);
  void release(const std::string& key);

  const Plan plan_;
  const size_t max_fresh_;  ///< that wait for their first attempt
  const std::unique_ptr<Carrier> carrier_;
  const Told told_;
  const Clock::time_point start_ = Clock::now();

  mutable std::mutex mutex_;
  std::condition_variable room_ready_, all_done_;
  std::priority_queue<Waiting> waiting_;
  /// The keys of which one is on its way, and what waits behind it.
  std::unordered_map<std::string, std::deque<Waiting>> held_;
  std::vector<Dispatch> in_the_air_;  ///< by the carrier's places
  std::vector<size_t> free_places_;   ///< the last one first: its connection is the freshest
  size_t unfinished_ = 0;             ///< taken, and without an outcome
  size_t not_begun_ = 0;              ///< in `waiting_`, for their first attempt
  size_t fresh_bytes_ = 0;            ///< of the bodies of those
  size_t held_bytes_ = 0;   ///< of the bodies that wait behind another of their key, and are none of those
  size_t retry_bytes_ = 0;  ///< of the bodies that wait for another attempt
  bool stopped_ = false, ends_ = false, sender_waits_ = false;
  bool wants_work_ = false;  ///< its thread waits, and has a free place

  std::thread thread_;
};

}  // namespace farehook
