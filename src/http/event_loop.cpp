#include "http/event_loop.hpp"

#include "delivery/error.hpp"
#include "delivery/signals_held_back.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

namespace farehook {

using namespace std::chrono_literals;

namespace {

constexpr auto look_interval = 25ms;
constexpr unsigned looks_between_guests = 4;  // who are looked at ten times a second
constexpr auto least_wait = 250ms;            // of who has to make room
constexpr size_t share_that_makes_room = 64;  // one of so many, at once

}  // namespace

struct EventLoop::Thread {
  EventLoop& loop;
  pthread_t handle{};
  std::atomic<unsigned> serves_since{0};  ///< the look before; 0: it is free
};

EventLoop::EventLoop(const Limits& limits)
    : limits_(limits),
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
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
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
      changed_.wait_for(lock, look_interval, [this] { return guests_.size() < limits_.max_guests; });
    }
    guests_.emplace(&added, std::move(guest));
    if (guests_.size() == 1) changed_.notify_all();
  }
  if (!set_interest(added, Next::input, EPOLL_CTL_ADD)) remove(&added);
}

void EventLoop::wait_until_empty() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return guests_.empty(); });
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
  if (guests_.empty() || guests_.size() + 1 == limits_.max_guests) changed_.notify_all();
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
  if (threads_.size() >= limits_.max_threads) return;
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
  for (;;) {
    epoll_event event{};
    if (::epoll_wait(events_, &event, 1, -1) != 1) continue;
    auto* const guest = static_cast<Guest*>(event.data.ptr);
    if (guest == nullptr) return;
    guest->is_handed_over_.load(std::memory_order_acquire);
    self.serves_since = look_.load() + 1;
    if (--free_ == 0 && limits_.are_slow) start_thread();
    const Next next = guest->serve();
    ++free_;
    self.serves_since = 0;
    // From the moment when the interest is set another thread may serve the guest, and end it.
    if (next == Next::end || !set_interest(*guest, next, EPOLL_CTL_MOD)) remove(guest);
  }
}

void EventLoop::look_until_stopped() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    if (guests_.empty()) {
      changed_.wait(lock, [this] { return is_stopping_ || !guests_.empty(); });
      continue;
    }
    changed_.wait_for(lock, look_interval, [this] { return is_stopping_; });
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
      stalled += since != 0 && look_ - since >= 1;
    }
  }
  for (; all - stalled < usual_threads_ && all < limits_.max_threads; ++all) start_thread();
}

}  // namespace farehook
