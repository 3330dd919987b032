#include "http/send_watch.hpp"

#include "http/tcp_bytes.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>

namespace farehook {

namespace {

constexpr std::chrono::milliseconds interval{10};

/// A status line and header of more than this are no answer. cpp-httplib before 0.20 reads the status line
/// with std::regex, which needs stack for each of its bytes.
constexpr uint64_t max_head_bytes = uint64_t{256} << 10;

}  // namespace

WatchedConnection::~WatchedConnection() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void WatchedConnection::connected(int descriptor) {
  const std::lock_guard lock(mutex_);
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  received_before_ = 0;
  is_reused_ = false;
  if (in_one_piece_) hold_back(true);
}

/// The library writes header and body one after the other. Corked (TCP_CORK) they go out in one piece, and
/// wake the receiver once.
void WatchedConnection::hold_back(bool on) const {
  const int value = on ? 1 : 0;
  if (descriptor_ >= 0) ::setsockopt(descriptor_, IPPROTO_TCP, TCP_CORK, &value, sizeof value);
}

void WatchedConnection::has_written() const {
  const std::lock_guard lock(mutex_);
  if (in_one_piece_) hold_back(false);
}

void WatchedConnection::begin(std::chrono::steady_clock::time_point deadline, bool in_one_piece) {
  const std::lock_guard lock(mutex_);
  received_before_ = total_received();
  acknowledged_before_ = total_acknowledged();
  is_reused_ = descriptor_ >= 0;
  in_one_piece_ = in_one_piece;
  if (in_one_piece_) hold_back(true);
  deadline_ = deadline;
  timed_out_ = is_answered_ = false;
  is_sending_ = true;
}

void WatchedConnection::end() {
  const std::lock_guard lock(mutex_);
  is_sending_ = false;
}

uint64_t WatchedConnection::total_received() const {
  return descriptor_ < 0 ? 0 : farehook::received_bytes(descriptor_).value_or(0);
}

uint64_t WatchedConnection::total_acknowledged() const {
  return descriptor_ < 0 ? 0 : acknowledged_bytes(descriptor_).value_or(0);
}

bool WatchedConnection::was_never_taken() const {
  const std::lock_guard lock(mutex_);
  return is_reused_ && !timed_out_ && acknowledged_bytes(descriptor_) == acknowledged_before_;
}

uint64_t WatchedConnection::received_bytes() const {
  const std::lock_guard lock(mutex_);
  return total_received() - received_before_;
}

void WatchedConnection::look(std::chrono::steady_clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (!is_sending_ || descriptor_ < 0) return;
  if (now >= deadline_)
    timed_out_ = true;
  else if (is_answered_ || total_received() - received_before_ <= max_head_bytes)
    return;
  ::shutdown(descriptor_, SHUT_RDWR);
}

SendWatch::SendWatch()
    : thread_([this](const std::stop_token& stop) {
        std::mutex sleeping;
        std::condition_variable_any never;
        while (!stop.stop_requested()) {
          {
            const std::lock_guard lock(mutex_);
            const auto now = std::chrono::steady_clock::now();
            for (WatchedConnection* connection : connections_) connection->look(now);
          }
          std::unique_lock lock(sleeping);
          never.wait_for(lock, stop, interval, [] { return false; });
        }
      }) {}

SendWatch::~SendWatch() = default;

void SendWatch::add(WatchedConnection& connection) {
  const std::lock_guard lock(mutex_);
  connections_.push_back(&connection);
}

void SendWatch::remove(const WatchedConnection& connection) {
  const std::lock_guard lock(mutex_);
  std::erase(connections_, &connection);
}

}  // namespace farehook
