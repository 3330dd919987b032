#pragma once

#include "delivery/attempt.hpp"
#include "delivery/delivery.hpp"
#include "delivery/endpoint.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace farehook {

class SendWatch;

struct SenderOptions {
  Endpoint endpoint;
  std::chrono::milliseconds timeout{30'000};  ///< for a whole attempt, the connection included
  bool verifies_certificate = true;
  std::string ca_file;  ///< PEM, instead of the system's authorities; "": those
};

/// Hands deliveries to one endpoint, over one connection that is kept. It sends what it is given: path,
/// query, header fields and body; it does not retry, follows no redirect, and reads up to 1 MiB of an answer.
/// Not for more than one thread.
class Sender {
 public:
  /// The watch must outlive it. Throws Error where the options can't be used.
  Sender(const SenderOptions& options, SendWatch& watch);
  ~Sender();

  Attempt send(const Delivery& delivery);

 private:
  class Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace farehook
