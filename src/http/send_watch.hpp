#pragma once

#include "http/answer_begin.hpp"
#include "http/tcp_bytes.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace farehook {

/// A connection that a request is sent on, and until when its answer has to be whole. The HTTP library has no
/// such deadline: its own begins anew with every byte.
class WatchedConnection {
 public:
  ~WatchedConnection();

  /// Keeps a duplicate of the descriptor of a connection that is being made.
  void connected(int descriptor);
  /// Whether something has come on a quiet connection: it would pass for the next answer.
  bool has_unasked_bytes() const;
  /// Whether its peer ends a quiet connection within that time.
  bool ends_within(std::chrono::milliseconds patience) const;
  /// `in_one_piece`: what is written is held back until has_written().
  void begin(std::chrono::steady_clock::time_point deadline, bool in_one_piece);
  /// All of the request is written.
  void has_written() const;
  /// See answer_begin.hpp. What is no HTTP ends the connection.
  AnswerBegin await_answer() const;
  /// An answer's head has come: what comes from now on is counted by who reads it.
  void has_answered() { is_answered_ = true; }
  void end();

  bool timed_out() const { return timed_out_; }
  bool was_flooded() const { return was_flooded_; }  ///< the answer did not end
  /// Bytes that have come since begin(), as the kernel counts them: the end of the connection is one.
  uint64_t received_bytes() const;
  /// Whether the connection was there before begin(): its peer may have closed it meanwhile.
  bool is_reused() const;
  /// Whether the peer's kernel has acknowledged nothing that was written since begin().
  bool was_never_taken() const;

  /// Shuts the connection down if its time is over, or its answer begins with too many bytes.
  void look(std::chrono::steady_clock::time_point now);

 private:
  TcpBytes bytes() const;
  void hold_back(bool on) const;

  mutable std::mutex mutex_;
  int descriptor_ = -1;
  TcpBytes before_{};  ///< at begin()
  bool is_reused_ = false;
  bool is_sending_ = false, in_one_piece_ = false;
  std::chrono::steady_clock::time_point deadline_;
  std::atomic<bool> timed_out_{false}, is_answered_{false}, was_flooded_{false};
};

/// Looks at all connections every 10 ms, on a thread of its own.
class SendWatch {
 public:
  SendWatch();
  ~SendWatch();

  void add(WatchedConnection& connection);
  void remove(const WatchedConnection& connection);

 private:
  std::mutex mutex_;
  std::vector<WatchedConnection*> connections_;
  std::jthread thread_;
};

}  // namespace farehook
