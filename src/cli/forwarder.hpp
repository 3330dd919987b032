#pragma once

#include "delivery/attempt.hpp"
#include "delivery/delivery.hpp"
#include "http/sender.hpp"

#include <memory>
#include <mutex>
#include <vector>

namespace farehook {

/// Relays deliveries to the app behind a listener: as they came, but for what belongs to the connection (RFC
/// 9110, 7.6). Safe from any number of threads; as many connections are kept as were in use at once.
class Forwarder {
 public:
  struct Plan {
    SenderOptions sender;
    bool keeps_path = false;      ///< the received path and query go behind those of the endpoint
    std::vector<Header> headers;  ///< instead of the received ones of their names
  };

  /// Throws Error where the plan can't be used.
  explicit Forwarder(Plan plan);

  Attempt relay(Delivery delivery);

 private:
  const Plan plan_;
  Route route_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Sender>> idle_;
};

}  // namespace farehook
