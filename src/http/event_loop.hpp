#pragma once

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <thread>
#include <unordered_map>
#include <vector>

namespace farehook {

/// Serves many sockets by few threads: those that have something to be done for them are served by whichever
/// thread is free; the others cost nothing but memory. The threads take no signals.
class EventLoop {
 public:
  using Clock = std::chrono::steady_clock;

  /// What a socket is to be served for next. again: nothing; it is served behind the others that are ready.
  /// together: it waits for what is done for several guests at once, and is served again behind that. end: it
  /// is done with, and destroyed.
  enum class Next { input, output, again, together, end };

  /// Somebody behind a socket that does not block.
  class Guest {
   public:
    virtual ~Guest() = default;
    virtual int socket() const = 0;

    /// Does what can be done now. Called by one thread at a time.
    virtual Next serve() = 0;

    /// Asked ten times a second, while it may be being served: to have its socket shut down, if it has been
    /// waited for too long. That makes it be served.
    virtual void look(Clock::time_point now) = 0;

    /// How long it has been waited for; nothing if it is not, or has something to be read.
    virtual std::optional<Clock::duration> waited(Clock::time_point now) const = 0;
    /// Shuts its socket down, to make room.
    virtual void cut() = 0;

   private:
    friend EventLoop;
    std::atomic<bool> is_handed_over_{false};  ///< so that the next thread sees what the last one did
  };

  struct Limits {
    size_t max_guests;
    size_t max_threads;
    bool are_slow;  ///< serving waits for others: each guest gets a thread at once
  };

  using Guests = std::vector<Guest*>;
  /// Does what guests wait for together: those of one thread, that are served by nobody else meanwhile. One
  /// at a time, if they are slow.
  using Together = std::function<void(const Guests&)>;

  /// Throws Error.
  explicit EventLoop(const Limits& limits, Together together = {});
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Serves a guest from now on. With no place left those make room that have been waited for longest; waits
  /// while nobody can.
  void add(std::unique_ptr<Guest> guest);

  /// Returns when no guest is left.
  void wait_until_empty();

 private:
  struct Thread;
  static constexpr size_t most_at_once = 8;  // that one thread takes; more would have the clients wait for it
  using Ready = std::array<epoll_event, most_at_once>;

  void start_thread();
  void work(Thread& self);
  int take_ready(Thread& self, Ready& ready);
  void pass_turn(Thread& thread);
  void serve(Guest& guest, Thread& by);
  static void* work(void* thread);
  bool set_interest(Guest& guest, Next next, int operation) const;
  void remove(const Guest* guest);
  void make_room();
  void look_until_stopped();
  void replace_stalled_threads();

  const Limits limits_;
  const Together together_;
  const Clock::duration awake_;  ///< so long a thread looks for who is ready before it sleeps
  const size_t at_once_;         ///< so many are served, or done together, before others are taken
  const size_t usual_threads_;
  const int events_, wake_up_;  ///< descriptors

  std::mutex threads_mutex_;
  std::vector<std::unique_ptr<Thread>> threads_;
  std::atomic<size_t> free_{0};    ///< threads
  std::binary_semaphore turn_{1};  ///< the thread that has it takes who is ready
  std::atomic<unsigned> look_{0};

  std::mutex mutex_;
  std::condition_variable left_;  ///< a guest
  std::unordered_map<const Guest*, std::unique_ptr<Guest>> guests_;
  bool is_stopping_ = false;
  bool rests_ = false;  ///< the thread that looks
  std::condition_variable looks_on_;
  std::thread looking_;
};

}  // namespace farehook
