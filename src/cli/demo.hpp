#pragma once

#include "cli/terminal.hpp"
#include "delivery/answer_plan.hpp"
#include "delivery/record.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <thread>

namespace farehook {

/// The built-in FareHarbor of `listen --demo`: posts a booking's whole life to a listener, over real HTTP,
/// and tries again what is not accepted, after a second where FareHarbor waits a minute.
class Demo {
 public:
  static constexpr int max_retries = 3;

  /// What the demo's listener answers: 500 to the first attempt at the cancellation, 200 to all else.
  static AnswerStep response(const Record& record);

  /// Begins to send to the host at once, on a thread of its own; calls `ended` when all is sent.
  Demo(const std::string& host, int port, Terminal& terminal, std::function<void()> ended);

  bool has_ended() const { return has_ended_; }

 private:
  void send(const std::stop_token& stop, const std::string& host, int port);

  Terminal& terminal_;
  const std::function<void()> ended_;
  std::atomic<bool> has_ended_{false};
  std::jthread thread_;
};

}  // namespace farehook
