#include "cli/session.hpp"

#include "delivery/error.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>

namespace farehook {

static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free,
              "a signal handler may not take a lock");

Signals::Signals() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0) throw Error("eventfd: the system gives none");
}

Signals::~Signals() { ::close(descriptor_); }

bool Signals::ask_to_stop(int signal) {
  const bool again = stop_signal_.exchange(signal) != 0;
  wake();
  return again;
}

void Signals::ask_to_reopen() {
  reopen_ = true;
  wake();
}

void Signals::rest() const {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t read = ::read(descriptor_, &count, sizeof count);
}

void Signals::wake() const {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(descriptor_, &one, sizeof one);
}

bool Signals::has_been_asked() {
  if (take_reopen()) ask_to_stop(SIGHUP);
  return stop_signal() != 0;
}

}  // namespace farehook
