#include "http/send_watch.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>

namespace farehook {

namespace {

constexpr std::chrono::milliseconds interval{10};

/// A status line and header of more than this are no answer, nor is a whole answer of more than that, whose
/// body is counted by who reads it: there may be chunk extensions and trailers without end.
constexpr uint64_t max_head_bytes = uint64_t{256} << 10;
constexpr uint64_t max_whole_bytes = uint64_t{4} << 20;

}  // namespace

WatchedConnection::~WatchedConnection() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void WatchedConnection::connected(int descriptor) {
  const std::lock_guard lock(mutex_);
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  before_ = {};
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
  before_ = bytes();
  is_reused_ = descriptor_ >= 0;
  in_one_piece_ = in_one_piece;
  if (in_one_piece_) hold_back(true);
  deadline_ = deadline;
  timed_out_ = is_answered_ = was_flooded_ = false;
  is_sending_ = true;
}

AnswerBegin WatchedConnection::await_answer() const {
  if (descriptor_ < 0) return {};
  const AnswerBegin begin = farehook::await_answer(descriptor_, deadline_);
  if (!begin.is_http) ::shutdown(descriptor_, SHUT_RDWR);
  return begin;
}

bool WatchedConnection::has_unasked_bytes() const {
  char byte = 0;
  return descriptor_ >= 0 && ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

bool WatchedConnection::ends_within(std::chrono::milliseconds patience) const {
  char byte = 0;
  pollfd readable{descriptor_, POLLIN, 0};
  return descriptor_ >= 0 && ::poll(&readable, 1, static_cast<int>(patience.count())) > 0 &&
         ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
}

void WatchedConnection::end() {
  const std::lock_guard lock(mutex_);
  is_sending_ = false;
}

TcpBytes WatchedConnection::bytes() const {
  return descriptor_ < 0 ? TcpBytes{} : tcp_bytes(descriptor_).value_or(TcpBytes{});
}

bool WatchedConnection::was_never_taken() const {
  const std::lock_guard lock(mutex_);
  return bytes().acknowledged <= before_.acknowledged + 1;  // our own end of the connection is one
}

bool WatchedConnection::is_reused() const {
  const std::lock_guard lock(mutex_);
  return is_reused_;
}

uint64_t WatchedConnection::received_bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes().received - before_.received;
}

void WatchedConnection::look(std::chrono::steady_clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (!is_sending_ || descriptor_ < 0) return;
  const uint64_t received = bytes().received - before_.received;
  if (now >= deadline_)
    timed_out_ = true;
  else if (received > (is_answered_ ? max_whole_bytes : max_head_bytes))
    was_flooded_ = true;
  else
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
