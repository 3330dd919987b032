#pragma once

#include "http/sender_options.hpp"
#include "http/socket_address.hpp"
#include "http/tls_client.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

namespace farehook {

/// How to get to an endpoint, and what has been learned of it: for all connections to it together. Safe from
/// any number of threads.
class Route {
 public:
  using Addresses = std::shared_ptr<const std::vector<SocketAddress>>;

  /// Throws Error where the options can't be used.
  explicit Route(SenderOptions options);

  const SenderOptions& options() const { return options_; }
  SSL_CTX* tls() const { return tls_.get(); }  ///< null: it is spoken to without TLS
  const std::string& authority() const { return authority_; }

  /// Where to connect to, asked of the system's resolver until it knows, and then kept. That it does not know
  /// is kept for a second.
  std::variant<Addresses, ResolveFault> addresses();

  /// Which of the addresses to try first: the one that took the last connection.
  std::atomic<size_t> first_address{0};
  /// Whether it ends a connection behind each answer, without saying so.
  std::atomic<bool> ends_connections{false};

 private:
  using Clock = std::chrono::steady_clock;

  const SenderOptions options_;
  const std::string authority_;
  const TlsContext tls_;

  std::mutex mutex_;
  Addresses addresses_;
  ResolveFault fault_;
  Clock::time_point asked_{};
};

}  // namespace farehook
