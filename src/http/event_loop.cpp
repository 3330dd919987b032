#include "http/event_loop.hpp"

#include "delivery/error.hpp"
#include "delivery/signals_held_back.hpp"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <utility>

namespace farehook {

using namespace std::chrono_literals;

namespace {

constexpr auto look_interval = 25ms;
constexpr unsigned looks_between_guests = 4;  // who are looked at ten times a second
constexpr auto least_wait = 250ms;            // of who has to make room
constexpr size_t share_that_makes_room = 64;  // one of so many, at once
constexpr auto eagerness = 100us;             // who is near sends again before a sleep and a wake-up are over
constexpr int soon = 2;                       // after a wait of less than so many of those

}  // namespace

struct EventLoop::Thread {
  EventLoop& loop;
  pthread_t handle{};
  std::atomic<unsigned> serves_since{0};  ///< the look that comes next; 0: it is free
  std::atomic<bool> has_turn{false};
  Clock::duration waited = Clock::duration::max();  ///< for who was ready, the last time
  std::deque<Guest*> again{};                       ///< who are to be served behind the others
  Guests waiting{};                                 ///< for what is done together
};

EventLoop::EventLoop(const Limits& limits, Together together)
    : limits_(limits),
      together_(std::move(together)),
      awake_(limits.are_slow || std::thread::hardware_concurrency() < 2 ? Clock::duration::zero()
                                                                        : eagerness),
      at_once_(limits.are_slow ? 1 : most_at_once),
      usual_threads_(std::min<size_t>(limits.max_threads, std::max(2U, std::thread::hardware_concurrency()))),
      events_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_up_(::eventfd(0, EFD_CLOEXEC)) {
  epoll_event event{};
  event.events = EPOLLIN;
  if (events_ < 0 || wake_up_ < 0 || ::epoll_ctl(events_, EPOLL_CTL_ADD, wake_up_, &event) != 0)
    throw Error("sockets: the system gives no more descriptors");
  for (size_t i = 0; i < usual_threads_; ++i) start_thread();
  const SignalsHeldBack held;
  looking_ = std::thread([this] { look_until_stopped(); });
}

EventLoop::~EventLoop() {
  {
    const std::scoped_lock lock(mutex_, threads_mutex_);
    is_stopping_ = true;
  }
  looks_on_.notify_all();
  looking_.join();
  const uint64_t once = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_up_, &once, sizeof once);
  for (const auto& thread : threads_) pthread_join(thread->handle, nullptr);
  ::close(wake_up_);
  ::close(events_);
}

void EventLoop::add(std::unique_ptr<Guest> guest) {
  Guest& added = *guest;
  {
    std::unique_lock lock(mutex_);
    while (guests_.size() >= limits_.max_guests) {
      make_room();
      left_.wait_for(lock, look_interval, [this] { return guests_.size() < limits_.max_guests; });
    }
    guests_.emplace(&added, std::move(guest));
    if (std::exchange(rests_, false)) looks_on_.notify_all();
  }
  if (!set_interest(added, Next::input, EPOLL_CTL_ADD)) remove(&added);
}

void EventLoop::wait_until_empty() {
  std::unique_lock lock(mutex_);
  left_.wait(lock, [this] { return guests_.empty(); });
}

bool EventLoop::set_interest(Guest& guest, Next next, int operation) const {
  epoll_event event{};
  event.events = (next == Next::input ? EPOLLIN : EPOLLOUT) | EPOLLONESHOT;
  event.data.ptr = &guest;
  const int socket = guest.socket();
  guest.is_handed_over_.store(true, std::memory_order_release);
  return ::epoll_ctl(events_, operation, socket, &event) == 0;
}

void EventLoop::remove(const Guest* guest) {
  std::unique_ptr<Guest> removed;  // is closed when the lock is not held
  const std::lock_guard lock(mutex_);
  const auto place = guests_.find(guest);
  removed = std::move(place->second);
  guests_.erase(place);
  if (guests_.empty() || guests_.size() + 1 == limits_.max_guests) left_.notify_all();
}

/// Under the lock.
void EventLoop::make_room() {
  const auto now = Clock::now();
  std::vector<std::pair<Clock::duration, Guest*>> waiting;
  for (const auto& [key, guest] : guests_)
    if (const auto waited = guest->waited(now); waited && *waited > least_wait)
      waiting.emplace_back(*waited, guest.get());
  const size_t count = std::min(waiting.size(), limits_.max_guests / share_that_makes_room + 1);
  std::ranges::partial_sort(waiting, waiting.begin() + static_cast<std::ptrdiff_t>(count), std::greater());
  for (size_t i = 0; i < count; ++i) waiting[i].second->cut();
}

void EventLoop::start_thread() {
  const std::lock_guard lock(threads_mutex_);
  if (is_stopping_ || threads_.size() >= limits_.max_threads) return;
  std::unique_ptr<Thread> thread(new Thread{*this});  // clang 14 can't make_unique an aggregate
  ++free_;
  int error = 0;
  {
    const SignalsHeldBack held;
    error = pthread_create(&thread->handle, nullptr, work, thread.get());
  }
  if (error == 0) {
    threads_.push_back(std::move(thread));
    return;
  }
  // With no thread to be had what comes waits for one that there is.
  --free_;
  if (threads_.empty()) throw Error("threads: the system gives none");
}

void* EventLoop::work(void* thread) {
  auto* const self = static_cast<Thread*>(thread);
  self->loop.work(*self);
  return nullptr;
}

void EventLoop::work(Thread& self) {
  Ready ready;
  for (bool is_over = false; !is_over;) {
    const int count = take_ready(self, ready);
    self.serves_since = look_.load() + 1;
    if (--free_ == 0 && limits_.are_slow) start_thread();
    for (int i = 0; i < count; ++i) {
      auto* const guest = static_cast<Guest*>(ready[static_cast<size_t>(i)].data.ptr);
      if (guest == nullptr)
        is_over = true;
      else
        serve(*guest, self);
    }
    for (size_t left = std::min(self.again.size(), at_once_); left > 0 && self.waiting.size() < at_once_;
         --left) {
      Guest& guest = *self.again.front();
      self.again.pop_front();
      serve(guest, self);
    }
    if (!self.waiting.empty()) {
      together_(self.waiting);
      for (Guest* const guest : std::exchange(self.waiting, {})) serve(*guest, self);
    }
    ++free_;
    self.serves_since = 0;
  }
  pass_turn(self);
}

/// Fills in who is ready, and returns how many they are. The thread whose turn it is keeps it while they are
/// few: then one thread is faster than two that wake and wait for each other.
int EventLoop::take_ready(Thread& self, Ready& ready) {
  const bool may_wait = self.again.empty() && self.waiting.empty();
  if (!self.has_turn) {
    // Who is slow makes nobody else wait: there are threads for the others.
    if (!may_wait && (limits_.are_slow || !turn_.try_acquire())) return 0;
    if (may_wait) turn_.acquire();
    self.has_turn = true;
  }
  const auto at_once = static_cast<int>(at_once_);
  const auto begin = Clock::now();
  const auto end = begin + (self.waited < soon * awake_ ? awake_ : Clock::duration::zero());
  int count = 0;
  do count = ::epoll_wait(events_, ready.data(), at_once, 0);
  while (count == 0 && may_wait && Clock::now() < end);
  if (count == 0 && may_wait) count = ::epoll_wait(events_, ready.data(), at_once, -1);
  self.waited = Clock::now() - begin;
  if (count == at_once) pass_turn(self);
  return count;
}

void EventLoop::pass_turn(Thread& thread) {
  if (thread.has_turn.exchange(false)) turn_.release();
}

void EventLoop::serve(Guest& guest, Thread& by) {
  guest.is_handed_over_.load(std::memory_order_acquire);
  const Next next = guest.serve();
  // From the moment when the interest is set another thread may serve the guest, and end it.
  if (next == Next::again)
    by.again.push_back(&guest);
  else if (next == Next::together)
    by.waiting.push_back(&guest);
  else if (next == Next::end || !set_interest(guest, next, EPOLL_CTL_MOD))
    remove(&guest);
}

/// Rests while nobody is there at a look; not behind each guest, of whom the next may come at once.
void EventLoop::look_until_stopped() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    rests_ = guests_.empty();
    looks_on_.wait(lock, [this] { return is_stopping_ || !rests_; });
    looks_on_.wait_for(lock, look_interval, [this] { return is_stopping_; });
    if (++look_ % looks_between_guests == 0)
      for (const auto& [key, guest] : guests_) guest->look(Clock::now());
    lock.unlock();
    replace_stalled_threads();
    lock.lock();
  }
}

/// A thread that has served one guest since before the last look serves nobody else meanwhile.
void EventLoop::replace_stalled_threads() {
  size_t stalled = 0, all = 0;
  {
    const std::lock_guard lock(threads_mutex_);
    all = threads_.size();
    for (const auto& thread : threads_) {
      const unsigned since = thread->serves_since;
      if (since == 0 || look_ <= since) continue;
      ++stalled;
      pass_turn(*thread);
    }
  }
  for (; all - stalled < usual_threads_ && all < limits_.max_threads; ++all) start_thread();
}

}  // namespace farehook
