#include "http/event_loop.hpp"

#include <doctest/doctest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <latch>
#include <memory>
#include <thread>
#include <utility>

using namespace farehook;
using namespace std::chrono_literals;

namespace {

using Clock = EventLoop::Clock;
using Next = EventLoop::Next;

/// One end of a pair of sockets; it calls the function for what it is served for.
class Pair : public EventLoop::Guest {
 public:
  Pair(
      std::function<Next(int socket)> serve, int& other_end, std::function<void()> looked_at = [] {})
      : serve_(std::move(serve)), looked_at_(std::move(looked_at)) {
    ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends_);
    other_end = ends_[1];
  }
  ~Pair() override { ::close(ends_[0]); }
  int socket() const override { return ends_[0]; }
  Next serve() override { return serve_(ends_[0]); }
  void look(Clock::time_point) override { looked_at_(); }
  std::optional<Clock::duration> waited(Clock::time_point now) const override { return now - since_; }
  void cut() override { ::shutdown(ends_[0], SHUT_RDWR); }

 private:
  const std::function<Next(int)> serve_;
  const std::function<void()> looked_at_;
  const Clock::time_point since_ = Clock::now();
  int ends_[2]{-1, -1};
};

/// Reads what has come, until the other end is closed.
Next read_all(int socket, std::atomic<int>& bytes) {
  char buffer[16];
  const ssize_t count = ::recv(socket, buffer, sizeof buffer, 0);
  if (count > 0) bytes += static_cast<int>(count);
  return count == 0 ? Next::end : Next::input;
}

/// Adds a guest that keeps the thread that serves it until the latch is open. Returns its other end.
int add_holding(EventLoop& loop, std::latch& latch) {
  int other = -1;
  loop.add(std::make_unique<Pair>(
      [&latch](int) {
        latch.wait();
        return Next::end;
      },
      other));
  REQUIRE(::write(other, "x", 1) == 1);
  return other;
}

size_t threads_of_this_process() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<size_t>(std::distance(begin(tasks), end(tasks)));
}

/// Waits until there are no more, as a thread that has been joined may still be counted for a while.
bool comes_to_threads(size_t most) {
  const auto deadline = Clock::now() + 10s;
  while (threads_of_this_process() > most && Clock::now() < deadline) std::this_thread::sleep_for(1ms);
  return threads_of_this_process() <= most;
}

}  // namespace

TEST_CASE("each guest is served by one thread at a time and no byte is missed") {
  std::atomic<int> bytes{0};
  std::atomic<bool> was_shared{false};
  EventLoop loop({.max_guests = 100, .max_threads = 8, .are_slow = true});
  std::vector<int> others(50, -1);
  for (int& other : others)
    loop.add(std::make_unique<Pair>(
        [&, busy = std::make_shared<std::atomic<int>>(0)](int socket) {
          if (busy->fetch_add(1) != 0) was_shared = true;
          const Next next = read_all(socket, bytes);
          --*busy;
          return next;
        },
        other));
  for (int i = 0; i < 40; ++i)
    for (const int other : others) REQUIRE(::write(other, "x", 1) == 1);
  for (const int other : others) ::close(other);
  loop.wait_until_empty();
  CHECK(bytes == 2000);
  CHECK(!was_shared);
}

TEST_CASE("guests that wait for each other get a thread each") {
  for (const bool are_slow : {true, false}) {
    CAPTURE(are_slow);
    std::latch all(8);
    std::atomic<int> served{0};
    EventLoop loop({.max_guests = 8, .max_threads = 8, .are_slow = are_slow});
    for (int i = 0; i < 8; ++i) {
      int other = -1;
      loop.add(std::make_unique<Pair>(
          [&](int) {
            ++served;
            all.arrive_and_wait();
            return Next::end;
          },
          other));
      REQUIRE(::write(other, "x", 1) == 1);
      ::close(other);
      // Those that are ready at once may be one thread's, unless they are slow.
      while (!are_slow && served <= i) std::this_thread::yield();
    }
    loop.wait_until_empty();
    CHECK(all.try_wait());
  }
}

TEST_CASE("what guests wait for is done for those that are ready at the same time, and each is served on") {
  constexpr int count = 40;
  size_t threads = 0;
  SUBCASE("by one thread") { threads = 1; }
  SUBCASE("by several") { threads = 4; }
  std::atomic<int> asked{0}, calls{0};
  std::latch all_are_ready(1);
  const auto together = [&](const EventLoop::Guests& guests) {
    ++calls;
    asked += static_cast<int>(guests.size());
  };
  EventLoop loop({.max_guests = count + 1, .max_threads = threads, .are_slow = false}, together);
  const int holding = add_holding(loop, all_are_ready);
  for (int i = 0; i < count; ++i) {
    int other = -1;
    loop.add(std::make_unique<Pair>(
        [&, served = 0](int) mutable { return ++served == 3 ? Next::end : Next::together; }, other));
    REQUIRE(::write(other, "x", 1) == 1);
    ::close(other);
  }
  all_are_ready.count_down();
  loop.wait_until_empty();
  ::close(holding);
  CHECK(asked == 2 * count);
  CHECK(calls < asked);
}

TEST_CASE("a guest who is served from the midst of a look on is not taken for stalled") {
  Clock::duration serving{};
  int tries = 0;
  do {  // again, where the machine was so busy that it was stalled
    std::atomic<int> bytes{0};
    std::latch served(1);
    EventLoop loop({.max_guests = 2, .max_threads = 64, .are_slow = false});
    int busy = -1, idle = -1;
    loop.add(std::make_unique<Pair>(
        [&](int) {
          const auto begin = Clock::now();
          served.count_down();
          while (Clock::now() < begin + 10ms) std::this_thread::yield();
          serving = Clock::now() - begin;
          return Next::end;
        },
        busy));
    const size_t threads = threads_of_this_process();
    loop.add(std::make_unique<Pair>([&](int socket) { return read_all(socket, bytes); }, idle,
                                    [&, is_first = true]() mutable {
                                      if (!std::exchange(is_first, false)) return;
                                      REQUIRE(::write(busy, "x", 1) == 1);
                                      served.wait();
                                    }));
    served.wait();
    ::close(idle);
    loop.wait_until_empty();
    ::close(busy);
    if (serving < 40ms) CHECK(comes_to_threads(threads));
  } while (serving >= 40ms && ++tries < 20);
  CHECK(tries < 20);
}

TEST_CASE("a loop of slow guests ends while its threads begin and end") {
  const size_t before = threads_of_this_process();
  for (int i = 0; i < 2000; ++i) EventLoop({.max_guests = 1, .max_threads = 64, .are_slow = true});
  CHECK(comes_to_threads(before));
}

TEST_CASE("slow guests are done one by one") {
  std::atomic<int> most{0}, asked{0};
  EventLoop loop({.max_guests = 20, .max_threads = 4, .are_slow = true},
                 [&](const EventLoop::Guests& guests) {
                   most = std::max(most.load(), static_cast<int>(guests.size()));
                   ++asked;
                 });
  for (int i = 0; i < 20; ++i) {
    int other = -1;
    loop.add(std::make_unique<Pair>(
        [&, served = 0](int) mutable { return ++served == 2 ? Next::end : Next::together; }, other));
    REQUIRE(::write(other, "x", 1) == 1);
    ::close(other);
  }
  loop.wait_until_empty();
  CHECK(most == 1);
  CHECK(asked == 20);
}

TEST_CASE("however many are to be served again, others are served between, and none of them is forgotten") {
  constexpr int count = 40;
  std::atomic<int> served{0}, bytes{0}, ended{0};
  std::latch all_are_ready(1);
  EventLoop loop({.max_guests = count + 2, .max_threads = 1, .are_slow = false});
  std::vector<int> busy(count, -1);
  int other = -1;
  const int holding = add_holding(loop, all_are_ready);
  for (int& each : busy) {
    loop.add(std::make_unique<Pair>(
        [&](int) {
          ++served;
          if (bytes == 0) return Next::again;
          ++ended;
          return Next::end;
        },
        each));
    REQUIRE(::write(each, "x", 1) == 1);
  }
  loop.add(std::make_unique<Pair>([&](int socket) { return read_all(socket, bytes); }, other));
  all_are_ready.count_down();
  while (served < 10 * count) std::this_thread::yield();
  REQUIRE(::write(other, "x", 1) == 1);
  ::close(other);
  loop.wait_until_empty();
  for (const int each : busy) ::close(each);
  ::close(holding);
  CHECK(bytes == 1);
  CHECK(ended == count);
}

TEST_CASE("with no place left the guest that was waited for longest makes room") {
  std::atomic<int> first{0}, others{0};
  EventLoop loop({.max_guests = 2, .max_threads = 2, .are_slow = false});
  int ends[3]{-1, -1, -1};
  loop.add(std::make_unique<Pair>([&](int socket) { return read_all(socket, first); }, ends[0]));
  loop.add(std::make_unique<Pair>([&](int socket) { return read_all(socket, others); }, ends[1]));
  loop.add(std::make_unique<Pair>([&](int socket) { return read_all(socket, others); }, ends[2]));
  char byte = 0;
  CHECK(::read(ends[0], &byte, 1) == 0);  // its end
  REQUIRE(::write(ends[2], "x", 1) == 1);
  for (const int end : ends) ::close(end);
  loop.wait_until_empty();
  CHECK(others == 1);
}
