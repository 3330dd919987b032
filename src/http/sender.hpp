#pragma once

#include "delivery/attempt.hpp"
#include "delivery/delivery.hpp"
#include "http/outbound_connection.hpp"
#include "http/route.hpp"

namespace farehook {

/// Hands deliveries to one endpoint, one after the other, over one connection that is kept. It sends what it
/// is given: path, query, header fields and body; it does not retry, follows no redirect, and reads up to 1
/// MiB of an answer. Not for more than one thread.
class Sender {
 public:
  /// The route must outlive it.
  explicit Sender(Route& route) : connection_(route) {}

  /// Waits until the attempt has ended.
  Attempt send(const Delivery& delivery);

 private:
  OutboundConnection connection_;
};

}  // namespace farehook
