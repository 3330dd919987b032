#include "http/http_carrier.hpp"

#include "delivery/error.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace farehook {

using std::chrono::nanoseconds;

namespace {

// Keys of what is no place's socket.
constexpr uint64_t bell_key = UINT64_MAX, alarm_key = UINT64_MAX - 1;

constexpr size_t max_events = 256;

/// So that what was rung is silent again.
void silence(int descriptor) {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t read = ::read(descriptor, &count, sizeof count);
}

}  // namespace

HttpCarrier::Descriptor::Descriptor(int number) : number_(number) {
  if (number < 0) throw Error("connections: " + std::generic_category().message(errno));
}
HttpCarrier::Descriptor::~Descriptor() { ::close(number_); }

HttpCarrier::HttpCarrier(SenderOptions options, size_t places)
    : route_(std::move(options)),
      places_(places),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      bell_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      alarm_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  if (!watch(bell_.number(), bell_key, EPOLLIN) || !watch(alarm_.number(), alarm_key, EPOLLIN))
    throw Error("connections: " + std::generic_category().message(errno));
}

HttpCarrier::~HttpCarrier() = default;

bool HttpCarrier::watch(int descriptor, uint64_t key, uint32_t events) {
  epoll_event asked{};
  asked.events = events;
  asked.data.u64 = key;
  return ::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor, &asked) == 0;
}

void HttpCarrier::begin(size_t place, const Delivery& delivery) {
  Place& its = places_[place];
  if (!its.connection) {
    // Edge-triggered, told once of each change: go_on() does all that can be done. If the system does not
    // tell of it, its deadline ends it.
    its.connection = std::make_unique<OutboundConnection>(route_, [this, place](int socket) {
      watch(socket, place, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
    });
  }
  its.is_taken = true;
  keep(place, its.connection->begin(delivery));
}

/// Notes what became of an attempt that could go on.
void HttpCarrier::keep(size_t place, std::optional<Attempt> ended) {
  Place& its = places_[place];
  if (!ended) {
    next_due_ = std::min(next_due_, its.connection->waits_until());
    return;
  }
  its.is_taken = false;
  ended_.push_back({place, std::move(*ended)});
}

std::vector<Carrier::Ended> HttpCarrier::wait(Clock::time_point until) {
  std::array<epoll_event, max_events> events;
  bool is_woken = Clock::now() >= until;
  // At least once: attempts that end as soon as they begin must not keep those in the air from going on.
  do {
    const bool is_over = is_woken || !ended_.empty();
    if (!is_over) ring_at(until);
    const int count = ::epoll_wait(epoll_.number(), events.data(), static_cast<int>(events.size()),
                                   is_over ? 0 : patience());
    for (int i = 0; i < count; ++i) {
      const uint64_t key = events[static_cast<size_t>(i)].data.u64;
      if (key == bell_key || key == alarm_key) {
        silence((key == bell_key ? bell_ : alarm_).number());
        if (key == alarm_key) alarm_time_ = Clock::time_point::max();
        is_woken = true;
      } else if (Place& its = places_[key]; its.is_taken) {
        keep(key, its.connection->go_on());
      }
    }
    if (Clock::now() >= next_due_) go_on_with_those_due();
  } while (ended_.empty() && !is_woken);
  return std::exchange(ended_, {});
}

/// An alarm rings to the microsecond, where epoll_wait(2) counts milliseconds.
void HttpCarrier::ring_at(Clock::time_point time) {
  if (time == alarm_time_) return;
  alarm_time_ = time;
  itimerspec setting{};
  if (time != Clock::time_point::max()) {
    const auto since_start = std::chrono::duration_cast<nanoseconds>(time.time_since_epoch());
    setting.it_value.tv_sec = since_start.count() / nanoseconds::period::den;
    setting.it_value.tv_nsec = since_start.count() % nanoseconds::period::den;
  }
  ::timerfd_settime(alarm_.number(), TFD_TIMER_ABSTIME, &setting, nullptr);
}

/// For epoll_wait(2), in milliseconds.
int HttpCarrier::patience() const {
  if (next_due_ == Clock::time_point::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_due_ - Clock::now());
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 60'000));
}

void HttpCarrier::go_on_with_those_due() {
  const auto now = Clock::now();
  next_due_ = Clock::time_point::max();
  for (size_t place = 0; place < places_.size(); ++place) {
    Place& its = places_[place];
    if (!its.is_taken) continue;
    if (its.connection->waits_until() <= now)
      keep(place, its.connection->go_on());
    else
      next_due_ = std::min(next_due_, its.connection->waits_until());
  }
}

void HttpCarrier::wake() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(bell_.number(), &one, sizeof one);
}

}  // namespace farehook
