#pragma once

#include "delivery/delivery.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace farehook {

struct ReceiverOptions {
  std::string host = "127.0.0.1";  ///< a name or an address; IPv6 with or without brackets
  int port = 8080;                 ///< 0: any that is free
  std::string path;                ///< the only one that is taken, as it stands in the request; empty: any
  size_t max_body_bytes = size_t{8} << 20;
  size_t max_connections = 512;                        ///< served at once; some 1000 more wait
  std::chrono::milliseconds request_deadline{30'000};  ///< to send a whole request in
};

/// What the sender of a delivery is told.
struct Answer {
  int status = 200;
  std::string id;       ///< of the delivery, sent as the Farehook-Id field; empty: none was stored
  std::string message;  ///< plain text; empty: no content
  std::chrono::milliseconds delay{0};  ///< before it is answered
  bool drops = false;                  ///< nothing is answered, and the connection closed
};

/// A request that was not taken as a delivery. Some of its parts may not have come.
struct RefusedRequest {
  std::string remote, method, path;
  int status = 0;  ///< 0: the connection was closed without an answer
  std::string reason;
};

/// The cpp-httplib that this was built against: "0.11.4". How strictly HTTP is read depends on it.
std::string http_library_version();

/// Listens for webhooks over HTTP/1.1 and hands each complete POST request on. It refuses whatever could be
/// understood in two ways, and never hands on a body that did not come whole. It decodes nothing: a body is
/// the bytes that came. Its limits: 100 header fields, 8 KiB each, and those of the options.
class Receiver {
 public:
  /// Called from many threads at once, with all of the delivery but `id` and `received_at`.
  using Take = std::function<Answer(Delivery)>;
  using Refused = std::function<void(const RefusedRequest&)>;

  /// Takes the port, but no connections yet. Throws Error.
  Receiver(ReceiverOptions options, Take take, Refused refused);
  /// Stops, if stop() was not called.
  ~Receiver();

  /// Begins to take connections; returns at once.
  void start();

  /// Takes no more connections, and returns when every request in the air has been answered.
  void stop();

  /// Whether it has ended by itself, because the system would not give it any more connections.
  bool has_failed() const;

  const std::string& host() const;  ///< without brackets
  int port() const;
  /// http://127.0.0.1:8080/ and the path, if one is set.
  std::string url() const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace farehook
