#pragma once

#include "delivery/delivery.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace farehook {

/// Where the certificate that a receiver shows comes from: PEM files, or it is made, and signed by itself.
struct TlsOptions {
  std::string certificate_file, key_file;
  bool is_self_signed = false;
};

struct ReceiverOptions {
  std::string host = "127.0.0.1";  ///< a name or an address; IPv6 with or without brackets
  int port = 8080;                 ///< 0: any that is free
  std::optional<TlsOptions> tls;   ///< none: plain HTTP
  /// The only one that is taken, as it stands in the request; empty: any. Behind a question mark stands what
  /// a request's query must have, secrets by their values: "/hook?key=S".
  std::string path;
  std::string credentials;         ///< user:password that HTTP Basic asks for; empty: nobody is asked
  bool keeps_credentials = false;  ///< the query of a delivery has its secrets, too
  size_t max_body_bytes = size_t{8} << 20;
  /// Open at once; with no place left those make room that have been silent for longest.
  size_t max_connections = 10'000;
  std::chrono::milliseconds request_deadline{30'000};  ///< to send a whole request in
  /// Taking a delivery waits for something: a disk, an app, a time that is asked for. Each is taken by
  /// itself.
  bool takes_time = false;
};

/// What an answer has, besides what every one has. With 204, 205 and 304 no body is sent.
struct AnswerContent {
  std::vector<Header> headers;
  std::string body, type;  ///< type: its media type; empty: text/plain
};

/// What the sender of a delivery is told.
struct Answer {
  int status = 200;
  std::string id;       ///< of the delivery, sent as the Farehook-Id field; empty: none was stored
  std::string message;  ///< plain text, a line; empty: the content
  std::chrono::milliseconds delay{0};  ///< before it is answered
  bool drops = false;                  ///< nothing is answered, and the connection closed
  AnswerContent content{};
};

/// A request that was not taken as a delivery. Some of its parts may not have come.
struct RefusedRequest {
  std::string remote, method, path;
  int status = 0;  ///< 0: the connection was closed without an answer
  std::string reason;
};

/// The cpp-httplib that this was built against: "0.11.4".
std::string http_library_version();

/// Listens for webhooks over HTTP/1.1, with TLS or without, and hands each complete POST request on. It
/// refuses whatever could be understood in two ways, and never hands on a body that did not come whole. It
/// decodes nothing: a body is the bytes that came. Its limits: 100 header fields, 8 KiB each, and those of
/// the options.
class Receiver {
 public:
  /// Takes those deliveries that have come whole by now, without `id` and `received_at`, and returns an
  /// answer to each, in their order. Called from many threads at once.
  using Take = std::function<std::vector<Answer>(std::vector<Delivery>)>;
  using Refused = std::function<void(const RefusedRequest&)>;

  /// Reads the certificate and takes the port, but no connections yet. Throws Error.
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
  /// http://127.0.0.1:8080/ and the path, if one is set, with the query that it needs.
  std::string url() const;
  bool has_secret_url() const;
  /// The URL for people: a secret in it reads [redacted].
  std::string shown_url() const;

  /// The SHA-256 of the certificate, "AB:CD:..."; empty without TLS.
  std::string fingerprint() const;
  /// What is wrong with the certificate's dates; nothing if it holds now.
  std::optional<std::string> certificate_complaint() const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace farehook
