#pragma once

#include "http/own_sockets.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace farehook {

/// Cuts clients that take too long to send a request. The HTTP library bounds the time between two bytes
/// only, and gives no access to its sockets; so this looks, ten times a second, at the process's own
/// sockets whose local port is the server's. A peer is written as address and port: 192.0.2.7:40312.
class ConnectionWatch {
 public:
  struct Limits {
    std::chrono::milliseconds request_deadline;  ///< from a connection's begin, or its last answer
    size_t max_workers;  ///< when three quarters of them are busy, who is waited for over 1 s may be cut
  };

  /// `busy` tells how many workers are; `cut` is told of each peer that was cut at the deadline.
  ConnectionWatch(Limits limits, std::function<size_t()> busy, std::function<void(std::string)> cut);
  ~ConnectionWatch();
  ConnectionWatch(const ConnectionWatch&) = delete;
  ConnectionWatch& operator=(const ConnectionWatch&) = delete;

  /// Begins to watch the connections to a local port.
  void watch(int port);

  /// The peer's request is being received; is complete and in our hands; has been answered.
  void receiving(const std::string& peer) { note(peer, State::receiving); }
  void answering(const std::string& peer) { note(peer, State::answering); }
  void answered(const std::string& peer) { note(peer, State::quiet); }

  /// From now on quiet connections are closed at once, and requests that are not complete within 2 s are cut.
  void drain();

 private:
  using Clock = std::chrono::steady_clock;
  enum class State { quiet, receiving, answering };
  struct Peer {
    State state = State::quiet;
    Clock::time_point since;  ///< when it connected, or was last answered
    bool met = false;         ///< by the present look
    bool is_slow = false;     ///< at the last look
  };
  struct Verdict;

  void note(const std::string& peer, State state);
  void look_until_stopped();
  void look();
  Verdict judge(const std::vector<OwnSocket>& connections, bool is_crowded, Clock::time_point now);
  void cut(const OwnSocket& connection);

  const Limits limits_;
  const std::function<size_t()> busy_;
  const std::function<void(std::string)> cut_;

  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  bool draining_ = false;
  Clock::time_point drain_began_;
  int port_ = 0;
  std::unordered_map<std::string, Peer> peers_;
  std::thread thread_;
};

}  // namespace farehook
