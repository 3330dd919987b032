#include "http/sender.hpp"

#include "delivery/end_to_end.hpp"
#include "delivery/error.hpp"
#include "http/library.hpp"
#include "http/resolver.hpp"
#include "http/send_watch.hpp"

namespace farehook {

using std::chrono::steady_clock;

namespace {

constexpr uint64_t max_answer_bytes = uint64_t{1} << 20;

/// A connection that has been quiet for longer is not used again: what its server has sent meanwhile (a 408,
/// the end) would pass for the answer to the next request.
constexpr std::chrono::seconds max_idle{1};

/// How long a new connection is looked at behind its first answer.
constexpr std::chrono::milliseconds grace{5};

/// The path goes out as it is; the setting has had two names.
template <class Client>
void send_paths_as_they_are(Client& client) {
  if constexpr (requires { client.set_path_encode(false); })
    client.set_path_encode(false);
  else
    client.set_url_encode(false);
}

/// What the certificate's check came to, in OpenSSL's words; "" where the library does not tell.
template <class Client>
std::string verification(Client& client) {
  if constexpr (requires { client.get_openssl_verify_result(); }) {
    const long result = client.get_openssl_verify_result();
    return result == X509_V_OK ? "the certificate is for another name"
                               : X509_verify_cert_error_string(result);
  }
  return "";
}

}  // namespace

class Sender::Connection {
 public:
  Connection(const SenderOptions& options, SendWatch& watch) : options_(options), watch_(watch) {
    const Endpoint& endpoint = options_.endpoint;
    if (endpoint.is_tls) {
      auto client = std::make_unique<httplib::SSLClient>(endpoint.host, endpoint.port);
      client->enable_server_certificate_verification(options_.verifies_certificate);
      if (!options_.ca_file.empty()) client->set_ca_cert_path(options_.ca_file, "");
      tls_ = client.get();
      client_ = std::move(client);
    } else {
      client_ = std::make_unique<httplib::ClientImpl>(endpoint.host, endpoint.port);
    }
    if (!client_->is_valid()) throw Error(endpoint.url() + ": no client can be made for it");
    client_->set_tcp_nodelay(true);
    client_->set_keep_alive(true);
    client_->set_follow_location(false);
    client_->set_decompress(false);
    send_paths_as_they_are(*client_);
    // The watch ends an attempt at its deadline; these are for what it can't reach.
    client_->set_connection_timeout(options_.timeout);
    client_->set_read_timeout(options_.timeout);
    client_->set_write_timeout(options_.timeout);
    client_->set_socket_options([this](socket_t descriptor) { watched_.connected(descriptor); });
    watch_.add(watched_);
  }
  ~Connection() { watch_.remove(watched_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Attempt send(const Delivery& delivery) {
    Attempt attempt;
    attempt.started_at = now();
    const auto begin = steady_clock::now();
    if (answers_on_connection_ == 1 && closes_after_answers(begin)) client_->set_keep_alive(false);
    if (begin - last_used_ > max_idle || (tls_ == nullptr && watched_.has_unasked_bytes())) client_->stop();
    if (!resolve(attempt)) return attempt;
    httplib::Request request = request_of(delivery);
    bool is_too_large = false, is_answered = false;
    uint64_t received = 0;
    request.response_handler = [&](const httplib::Response&) {
      is_answered = true;
      watched_.has_answered();
      return true;
    };
    request.content_receiver = [&](const char*, size_t count, uint64_t, uint64_t) {
      received += count;
      is_too_large = received > max_answer_bytes;
      return !is_too_large;
    };
    begin_ = {};
    is_written_ = true;
    has_begun_body_ = false;
    watched_.begin(begin + options_.timeout, !delivery.body.empty() && tls_ == nullptr);
    httplib::Result result = send(request, begin);
    if (!result && !is_answered && may_send_again(delivery)) result = send(request, begin);
    watched_.end();
    if (!result && !is_answered && answers_on_connection_ == 1) client_->set_keep_alive(false);
    answers_on_connection_ = !result ? 0 : watched_.is_reused() ? answers_on_connection_ + 1 : 1;
    last_used_ = steady_clock::now();
    attempt.duration = std::chrono::duration_cast<std::chrono::microseconds>(last_used_ - begin);
    if (result && !is_too_large && !watched_.timed_out() && !watched_.was_flooded()) {
      attempt.status = result->status;
      attempt.retry_after = result->get_header_value("Retry-After");
    } else if (!result && !is_written_ && begin_.status) {
      attempt.status = begin_.status;
    } else {
      explain(result.error(), is_too_large, is_answered, attempt);
    }
    return attempt;
  }

 private:
  /// Whether the server ends a connection behind its first answer, without having said so. A request on its
  /// way to a connection that is being closed is lost, or is not: it is worth a moment to know, once for a
  /// connection.
  bool closes_after_answers(steady_clock::time_point now) const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(last_used_ + grace - now);
    return tls_ == nullptr && watched_.ends_within(std::max(left, std::chrono::milliseconds{0}));
  }

  /// Returns whether there is an address to connect to.
  bool resolve(Attempt& attempt) {
    if (!addresses_.empty()) return true;
    auto found = addresses_of(options_.endpoint.host, options_.endpoint.port);
    if (const auto* fault = std::get_if<ResolveFault>(&found)) {
      attempt.duration = std::chrono::duration_cast<std::chrono::microseconds>(now() - attempt.started_at);
      attempt.error = "dns";
      attempt.detail = options_.endpoint.host + ": " + fault->reason;
      return false;
    }
    addresses_ = std::get<std::vector<std::string>>(std::move(found));
    use_address(0);
    return true;
  }

  void use_address(size_t index) {
    address_ = index;
    client_->set_hostname_addr_map({{options_.endpoint.host, addresses_[index]}});
  }

  /// The delivery must outlive it.
  httplib::Request request_of(const Delivery& delivery) {
    httplib::Request request;
    request.method = delivery.method;
    request.path = delivery.query.empty() ? delivery.path : delivery.path + "?" + delivery.query;
    // The library sends line breaks as they are.
    for (const Header& header : delivery.headers)
      if (is_field(header.name, header.value)) request.headers.emplace(header.name, header.value);
    if (!request.has_header("Host")) request.headers.emplace("Host", options_.endpoint.authority());
    if (!request.has_header("User-Agent"))
      request.headers.emplace("User-Agent", "farehook/" FAREHOOK_VERSION);
    if (delivery.body.empty()) return request;
    request.content_length_ = delivery.body.size();
    request.content_provider_ = [this, &delivery](size_t offset, size_t length, httplib::DataSink& sink) {
      has_begun_body_ = true;
      is_written_ = sink.write(delivery.body.data() + offset, length);
      watched_.has_written();
      // A receiver may answer before it has read all, and close.
      if (tls_ == nullptr) begin_ = watched_.await_answer();
      return is_written_;
    };
    return request;
  }

  /// A server may close a connection that it has kept, while the next request is on its way. If it had closed
  /// before any of the request came to it, its program has seen nothing, and it may be sent once more (RFC
  /// 9110, 9.2.2).
  bool may_send_again(const Delivery& delivery) const {
    const bool was_begun = delivery.body.empty() || has_begun_body_;
    return watched_.is_reused() && !watched_.timed_out() && watched_.was_never_taken() &&
           (begin_.was_closed_before || !was_begun);
  }

  /// Sends to the first address that takes a connection.
  httplib::Result send(httplib::Request& request, steady_clock::time_point begin) {
    for (size_t tried = 1;; ++tried) {
      httplib::Result result = client_->send(request);
      const bool is_connected = result || (result.error() != httplib::Error::Connection &&
                                           result.error() != httplib::Error::ConnectionTimeout);
      if (is_connected || tried == addresses_.size() || steady_clock::now() - begin >= options_.timeout)
        return result;
      use_address((address_ + 1) % addresses_.size());
    }
  }

  void explain(httplib::Error error, bool is_too_large, bool is_answered, Attempt& attempt) {
    const auto set = [&attempt](std::string word, std::string detail) {
      attempt.error = std::move(word);
      attempt.detail = std::move(detail);
    };
    const std::string text = httplib::to_string(error);
    if (is_too_large || (is_answered && watched_.was_flooded()))
      return set("too-large", "the answer is larger than 1 MiB");
    if (!begin_.is_http || watched_.was_flooded()) return set("garbled", "the answer is not HTTP");
    if (watched_.timed_out() || error == httplib::Error::ConnectionTimeout ||
        attempt.duration >= options_.timeout)
      return set("timeout", "no whole answer in time");
    if (error == httplib::Error::Connection) return set("refused", "nothing listens there");
    if (error == httplib::Error::SSLLoadingCerts)
      return set("tls", options_.ca_file + ": no certificates in it");
    if (error == httplib::Error::SSLServerVerification && tls_ != nullptr)
      return set("tls", verification(*tls_));
    if (error == httplib::Error::SSLConnection) return set("tls", "the handshake failed");
    if (text.find("SSL") != std::string::npos) return set("tls", text);
    if (!is_answered && tls_ == nullptr && watched_.received_bytes() > 1)
      return set("garbled", "the answer is not HTTP");
    set("closed",
        is_answered ? "the connection ended within the answer" : "the connection ended without an answer");
  }

  const SenderOptions options_;
  SendWatch& watch_;
  WatchedConnection watched_;
  std::unique_ptr<httplib::ClientImpl> client_;
  httplib::SSLClient* tls_ = nullptr;  ///< the same, if it is one
  std::vector<std::string> addresses_;
  size_t address_ = 0;
  steady_clock::time_point last_used_{};
  AnswerBegin begin_;       ///< of the present attempt's answer
  bool is_written_ = true;  ///< its request, whole
  bool has_begun_body_ = false;
  int answers_on_connection_ = 0;
};

Sender::Sender(const SenderOptions& options, SendWatch& watch)
    : connection_(std::make_unique<Connection>(options, watch)) {}
Sender::~Sender() = default;

Attempt Sender::send(const Delivery& delivery) { return connection_->send(delivery); }

}  // namespace farehook
