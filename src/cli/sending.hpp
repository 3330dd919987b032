#pragma once

#include "cli/session.hpp"
#include "cli/terminal.hpp"
#include "delivery/courier.hpp"
#include "http/sender_options.hpp"

#include <functional>
#include <vector>

namespace farehook {

/// Where and how deliveries are sent.
struct SendingPlan {
  SenderOptions sender;         ///< no host in its endpoint: there is nowhere to send to
  std::vector<Header> headers;  ///< instead of a delivery's own of their names
  Courier::Plan courier;

  bool has_endpoint() const { return !sender.endpoint.host.empty(); }
};

/// A courier over HTTP that a signal ends: what is in the air is finished, the rest dropped.
class Sending {
 public:
  Sending(const SendingPlan& plan, Session& session, Terminal& terminal, Courier::Told told);

  /// Returns when all that `feed` has handed to send() has met its outcome. `meanwhile`, if there is one, is
  /// called again and again from another thread.
  void run(const std::function<void()>& feed, const std::function<void()>& meanwhile = {});

  /// As Courier's.
  bool send(Dispatch dispatch) { return courier_.send(std::move(dispatch)); }
  void stop() { courier_.stop(); }

 private:
  void attend(const std::stop_token& stop, const std::function<void()>& meanwhile);

  Session& session_;
  Terminal& terminal_;
  Courier courier_;
};

}  // namespace farehook
