#include "http/receiver.hpp"

#include "delivery/error.hpp"
#include "delivery/signals_held_back.hpp"
#include "http/admission.hpp"
#include "http/bind_failure.hpp"
#include "http/connection.hpp"
#include "http/event_loop.hpp"
#include "http/library_server.hpp"
#include "http/peer_address.hpp"
#include "http/sha256.hpp"
#include "http/tcp_state.hpp"
#include "http/tls_context.hpp"
#include "http/tls_identity.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <utility>

namespace farehook {

namespace {

using Steady = std::chrono::steady_clock;

constexpr size_t max_bytes_in_the_air = size_t{256} << 20;  ///< of requests, all connections together
constexpr size_t max_threads = 512;                         ///< as many deliveries are being taken at once
constexpr rlim_t other_descriptors = 64;

/// How many of the wanted connections the system grants descriptors for. The limit that a program may raise
/// by itself is raised.
size_t granted(size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  const rlim_t needed = std::min<rlim_t>(wanted + other_descriptors, limit.rlim_max);
  if (needed > limit.rlim_cur) {
    const rlimit raised{needed, limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  const rlim_t left =
      limit.rlim_cur > 2 * other_descriptors ? limit.rlim_cur - other_descriptors : limit.rlim_cur / 2;
  return std::min<rlim_t>(wanted, std::max<rlim_t>(left, 1));
}

std::optional<TlsIdentity> identity_of(const ReceiverOptions& options) {
  if (!options.tls) return std::nullopt;
  if (options.tls->is_self_signed) return self_signed_tls_identity(without_brackets(options.host));
  return read_tls_identity(options.tls->certificate_file, options.tls->key_file);
}

}  // namespace

class Receiver::Server : public Connection::Host {
 public:
  Server(ReceiverOptions options, Take take, Refused refused)
      : options_(std::move(options)),
        take_(std::move(take)),
        refused_(std::move(refused)),
        admission_(options_.path, options_.credentials),
        identity_(identity_of(options_)),
        tls_(identity_ ? make_tls_context(*identity_) : nullptr),
        library_([this](int socket) { loop_->add(std::make_unique<Connection>(*this, socket, tls_.get())); },
                 static_cast<int>(Connection::keep_alive.count())) {
    options_.host = without_brackets(options_.host);
    port_ = library_.take_port(options_.host, options_.port);
    if (port_ == 0) throw Error(bind_failure(options_.host, options_.port));
  }

  ~Server() override { stop(); }

  void start() {
    loop_.emplace(EventLoop::Limits{granted(options_.max_connections), max_threads, options_.takes_time},
                  [this](const EventLoop::Guests& connections) { take(connections); });
    {
      const SignalsHeldBack held;
      listening_ = std::thread([this] {
        has_failed_ = !library_.listen();
        has_ended_ = true;
      });
    }
    // A stop() before the library runs would be lost.
    while (!library_.is_listening() && !has_ended_) std::this_thread::yield();
  }

  void stop() {
    if (!listening_.joinable()) return;
    is_stopping_ = true;
    for (library_.stop(); !has_ended_; library_.stop())
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    listening_.join();
    loop_->wait_until_empty();
    loop_.reset();
  }

  bool has_failed() const { return has_failed_; }
  const std::string& host() const { return options_.host; }
  int port() const { return port_; }
  std::string origin() const {
    return (identity_ ? "https://" : "http://") + peer_address(options_.host, port_);
  }
  const Admission& admission() const { return admission_; }
  const std::optional<TlsIdentity>& identity() const { return identity_; }

 private:
  RequestReader::Limits request_limits() override {
    return {options_.max_body_bytes, bytes_in_the_air_, max_bytes_in_the_air};
  }
  std::chrono::milliseconds request_deadline() const override { return options_.request_deadline; }
  bool is_stopping() const override { return is_stopping_; }
  std::optional<Refusal> refusal(const RequestHead& head) const override {
    return admission_.refusal(head.delivery);
  }
  void tell(const RefusedRequest& refused) override { refused_(refused); }
  std::string written(const Response& response) override { return library_.written(response); }

  /// What has come by these connections; they are the loop's only guests.
  void take(const EventLoop::Guests& connections) {
    std::vector<Answer> answers;
    try {
      std::vector<Delivery> deliveries;
      for (EventLoop::Guest* const each : connections)
        deliveries.push_back(examined(static_cast<Connection*>(each)->take_delivery()));
      answers = take_(std::move(deliveries));
    } catch (const std::exception&) {
      answers.assign(connections.size(), failure());
    }
    for (size_t i = 0; i < connections.size(); ++i)
      static_cast<Connection*>(connections[i])
          ->answer(response_of(std::move(answers[i]), connections[i]->socket()));
  }

  Delivery examined(Delivery delivery) const {
    delivery.body_sha256 = sha256(delivery.body);
    if (!options_.keeps_credentials && admission_.has_secret_query())
      delivery.secret_query = std::exchange(delivery.query, admission_.shown_query(delivery.query));
    return delivery;
  }

  static Answer failure() {
    Answer answer;
    answer.status = 500;
    answer.message = "farehook failed";
    return answer;
  }

  /// Returns when it is time for the answer; nothing: none is sent.
  std::optional<Response> response_of(Answer answer, int socket) const {
    // Who gets nothing need not stay for it.
    pause(answer.delay, [&] { return answer.drops ? is_ended_by_peer(socket) : is_closed(socket); });
    if (answer.drops) return std::nullopt;
    Response response{answer.status, std::move(answer.content.headers), std::move(answer.content.body),
                      std::move(answer.content.type)};
    response.id = std::move(answer.id);
    if (!answer.message.empty()) response.body = answer.message + "\n";
    return response;
  }

  /// Returns early once the server stops, or nobody waits any more.
  template <typename IsVain>
  void pause(std::chrono::milliseconds duration, IsVain is_vain) const {
    for (const auto end = Steady::now() + duration; !is_stopping_ && Steady::now() < end && !is_vain();)
      std::this_thread::sleep_for(
          std::min<Steady::duration>(end - Steady::now(), std::chrono::milliseconds{20}));
  }

  ReceiverOptions options_;
  const Take take_;
  const Refused refused_;
  const Admission admission_;
  const std::optional<TlsIdentity> identity_;
  const TlsContext tls_;
  std::atomic<size_t> bytes_in_the_air_{0};
  std::atomic<bool> has_failed_{false}, has_ended_{false}, is_stopping_{false};
  std::optional<EventLoop> loop_;
  LibraryServer library_;
  int port_ = 0;
  std::thread listening_;
};

std::string http_library_version() { return CPPHTTPLIB_VERSION; }

Receiver::Receiver(ReceiverOptions options, Take take, Refused refused)
    : server_(std::make_unique<Server>(std::move(options), std::move(take), std::move(refused))) {}

Receiver::~Receiver() = default;

void Receiver::start() { server_->start(); }
void Receiver::stop() { server_->stop(); }
bool Receiver::has_failed() const { return server_->has_failed(); }
const std::string& Receiver::host() const { return server_->host(); }
int Receiver::port() const { return server_->port(); }
std::string Receiver::url() const {
  const std::string& target = server_->admission().target();
  return server_->origin() + (target.empty() ? "/" : target);
}
bool Receiver::has_secret_url() const { return server_->admission().has_secret_query(); }
std::string Receiver::shown_url() const { return server_->origin() + server_->admission().shown_target(); }

std::string Receiver::fingerprint() const {
  return server_->identity() ? farehook::fingerprint(*server_->identity()) : "";
}

std::optional<std::string> Receiver::certificate_complaint() const {
  return server_->identity() ? validity_complaint(*server_->identity()) : std::nullopt;
}

}  // namespace farehook
