#include "http/receiver.hpp"

#include "delivery/error.hpp"
#include "delivery/json_text.hpp"
#include "http/bind_failure.hpp"
#include "http/byte_account.hpp"
#include "http/byte_claim.hpp"
#include "http/connection_watch.hpp"
#include "http/framing.hpp"
#include "http/library.hpp"
#include "http/peer_address.hpp"
#include "http/refusal.hpp"
#include "http/request_head.hpp"
#include "http/sha256.hpp"
#include "http/task_queue.hpp"
#include "http/worker_pool.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <optional>
#include <thread>

// All that is set here undoes a default of cpp-httplib that would lose, change or delay a webhook. The path
// of a request: prepare() sees it when its head has come, decides whether it is wanted, and hides from the
// library what it would decode; serve() reads the body and answers. A refusal that leaves a part of the
// body unread closes the connection: the rest would be taken for the next request.

namespace farehook {

namespace {

using Steady = std::chrono::steady_clock;
using HandlerResponse = httplib::Server::HandlerResponse;

constexpr size_t max_header_fields = 100;
constexpr size_t max_refused_body_bytes = size_t{32} << 20;  ///< read from a sender who is told no
constexpr size_t max_bytes_in_the_air = size_t{256} << 20;   ///< of bodies, all connections together
constexpr auto idle_connection_seconds = 5;
constexpr auto stalled_seconds = 10;  ///< between two bytes of a request
constexpr int backlog = 1024;         ///< the library's 5 costs a client in a burst a second and more

/// A request while it is being served; a thread serves one at a time.
struct Exchange {
  bool ours = false;  ///< the library has passed it on to us
  RequestHead head;
  std::optional<Refusal> refusal;
  Steady::time_point deadline;
};

thread_local Exchange exchange;
thread_local ByteAccount byte_account;

/// Whether a body is surely whole by itself: an object or array that is closed. A carriage return behind it
/// may be one that belongs to its chunk.
bool closes_itself(const std::string& body) {
  JsonVisitor nobody;
  const size_t first = body.find_first_not_of(" \t\r\n"), last = body.find_last_not_of(" \t\n");
  return first != std::string::npos && (body[first] == '{' || body[first] == '[') && body[last] != '\r' &&
         !read_json(body, nobody);
}

std::string without_brackets(std::string host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return host;
}

}  // namespace

class Receiver::Server {
 public:
  Server(ReceiverOptions options, Take take, Refused refused)
      : options_(std::move(options)),
        take_(std::move(take)),
        refused_(std::move(refused)),
        pool_(options_.max_connections),
        watch_(
            {options_.request_deadline, options_.max_connections}, [this] { return pool_.busy(); },
            [this](const std::string& peer) {
              refused_({peer, "", "", 0, "no whole request in time"});
            }) {
    options_.host = without_brackets(options_.host);
    set_up();
    bind();
  }

  ~Server() { stop(); }

  void start() {
    watch_.watch(port_);
    listening_ = std::thread([this] {
      has_failed_ = !server_.listen_after_bind();
      has_ended_ = true;
    });
    // A stop() before the library runs would be lost.
    while (!server_.is_running() && !has_ended_) std::this_thread::yield();
  }

  void stop() {
    if (!listening_.joinable()) return;
    is_stopping_ = true;
    watch_.drain();
    server_.stop();
    listening_.join();
  }

  bool has_failed() const { return has_failed_; }
  const std::string& host() const { return options_.host; }
  int port() const { return port_; }
  std::string url() const {
    return "http://" + peer_address(options_.host, port_) + (options_.path.empty() ? "/" : options_.path);
  }

 private:
  void set_up() {
    using httplib::Request, httplib::Response;
    server_.new_task_queue = [this] { return new TaskQueue(pool_); };
    // Not SO_REUSEPORT, which the library sets by itself: a second listener must fail, not take half.
    server_.set_socket_options([this](socket_t socket) {
      const int yes = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
      ::fcntl(socket, F_SETFD, FD_CLOEXEC);
      socket_ = socket;
    });
    server_.set_tcp_nodelay(true);
    server_.set_keep_alive_max_count(1000);
    server_.set_keep_alive_timeout(idle_connection_seconds);
    server_.set_read_timeout(stalled_seconds, 0);
    server_.set_write_timeout(stalled_seconds, 0);
    server_.set_payload_max_length(std::numeric_limits<size_t>::max());  // receive() has its own limit
    server_.set_pre_routing_handler([this](const Request& request, Response& response) {
      // The library's own request is not const, and what it must not decode has to go before it routes.
      return prepare(const_cast<Request&>(request), response);
    });
    server_.Post("/", [this](const Request& request, Response& response,
                             const httplib::ContentReader& content) { serve(request, response, content); });
    server_.set_expect_100_continue_handler([this](const Request& request, Response& response) {
      const auto head = request_head(request);
      const auto* clear = std::get_if<RequestHead>(&head);
      if (clear == nullptr || clear->framing.length <= options_.max_body_bytes) return 100;
      response.status = 413;
      return response.status;
    });
    server_.set_exception_handler([](const Request& request, Response& response, const std::exception_ptr&) {
      answer_and_close(request, response, {500, "farehook failed"});
    });
    server_.set_error_handler(
        httplib::Server::HandlerWithResponse([](const Request& request, Response& response) {
          if (exchange.ours) return HandlerResponse::Unhandled;
          answer_and_close(request, response, {response.status, reason_of(response.status)});
          return HandlerResponse::Handled;
        }));
    server_.set_logger([this](const Request& request, const Response& response) {
      if (!exchange.ours)
        refused_({request.remote_addr.empty() ? "" : peer_address(request.remote_addr, request.remote_port),
                  request.method, request.target, response.status, reason_of(response.status)});
      exchange.ours = false;
    });
  }

  void bind() {
    port_ = options_.port;
    if (port_ == 0)
      port_ = server_.bind_to_any_port(options_.host);
    else if (!server_.bind_to_port(options_.host, port_))
      port_ = -1;
    if (port_ <= 0 || ::listen(socket_, backlog) != 0)
      throw Error(bind_failure(options_.host, options_.port));
  }

  HandlerResponse prepare(httplib::Request& request, httplib::Response& response) {
    exchange = Exchange{};
    exchange.ours = true;
    exchange.deadline = Steady::now() + options_.request_deadline;
    auto head = request_head(request);
    if (const auto* unclear = std::get_if<Refusal>(&head)) {
      exchange.head.delivery.method = request.method;
      exchange.head.delivery.path = request.target;
      close_with(*unclear, request, response);
      return HandlerResponse::Handled;
    }
    exchange.head = std::move(std::get<RequestHead>(head));
    exchange.refusal = refusal(exchange.head, response);
    watch_.receiving(exchange.head.delivery.remote);

    if (exchange.head.framing.kind == Framing::Kind::no_body) request.headers.emplace("Content-Length", "0");
    for (const char* name : {"Content-Type", "Content-Encoding", "Range"}) request.headers.erase(name);
    request.ranges.clear();
    request.method = "POST";
    request.path = "/";
    return HandlerResponse::Unhandled;
  }

  /// Why a request whose head has come is not wanted.
  std::optional<Refusal> refusal(const RequestHead& head, httplib::Response& response) const {
    if (head.delivery.method != "POST") {
      response.set_header("Allow", "POST");
      return Refusal{405, "webhooks come by POST"};
    }
    if (head.fields > max_header_fields) return Refusal{431, "more than 100 header fields"};
    if (!options_.path.empty() && head.delivery.path != options_.path)
      return Refusal{404, "no webhooks are taken at this path"};
    if (head.framing.length > options_.max_body_bytes) return too_large();
    return std::nullopt;
  }

  void serve(const httplib::Request& request, httplib::Response& response,
             const httplib::ContentReader& content) {
    const struct Quiet {
      ConnectionWatch& watch;
      std::string peer;
      ~Quiet() { watch.answered(peer); }
    } quiet{watch_, exchange.head.delivery.remote};

    if (exchange.refusal) return refuse(*exchange.refusal, request, response, content);
    ByteClaim claim{bytes_in_the_air_, max_bytes_in_the_air};
    std::string body;
    if (const auto cut = receive(content, claim, body)) return close_with(*cut, request, response);
    const Accounts accounts = accounts_of(byte_account, exchange.head, port_, body.size());
    if (accounts == Accounts::short_of_chunk)
      return close_with({400, "the last chunk did not come"}, request, response);
    if (accounts == Accounts::open && exchange.head.framing.kind == Framing::Kind::no_body)
      return close_with({411, "Content-Length is missing"}, request, response);

    watch_.answering(quiet.peer);
    Delivery& delivery = exchange.head.delivery;
    delivery.body_sha256 = sha256(body);
    delivery.body = std::move(body);
    const Answer answer = take_(std::move(delivery));
    if (!pause(answer.delay) || answer.drops) return shut_down_peer(quiet.peer, port_);
    response.status = answer.status;
    if (!answer.id.empty()) response.set_header("Farehook-Id", answer.id);
    if ((accounts != Accounts::even || exchange.head.wants_close) && answer.status != 204 &&
        answer.status != 304)
      last_answer(request, response, {answer.status, answer.message.empty() ? "stored" : answer.message});
    else if (!answer.message.empty())
      response.set_content(answer.message + "\n", "text/plain");
  }

  /// Returns false early, once the server stops.
  bool pause(std::chrono::milliseconds duration) const {
    for (const auto end = Steady::now() + duration; !is_stopping_ && Steady::now() < end;)
      std::this_thread::sleep_for(
          std::min<Steady::duration>(end - Steady::now(), std::chrono::milliseconds{20}));
    return duration.count() == 0 || !is_stopping_;
  }

  /// Reads the body. Returns why it is not whole, or may not be; nothing if it is.
  std::optional<Refusal> receive(const httplib::ContentReader& content, ByteClaim& claim,
                                 std::string& body) const {
    body.reserve(exchange.head.framing.length);
    std::optional<Refusal> cut;
    size_t read = 0;
    const bool complete = content([&](const char* bytes, size_t count) {
      read += count;
      const bool in_time = Steady::now() <= exchange.deadline;
      if (cut) return read <= max_refused_body_bytes && in_time;  // so that the sender gets to read why
      if (body.size() + count > options_.max_body_bytes)
        cut = too_large();
      else if (!in_time)
        cut = Refusal{408, reason_of(408)};
      else if (!claim.add(count))
        cut = Refusal{503, "too many bodies at once"};
      else
        body.append(bytes, count);
      return in_time;
    });
    if (!complete && !cut)
      return Refusal{400, "the body broke off after " + std::to_string(body.size()) + " bytes"};
    if (!cut && exchange.head.framing.kind == Framing::Kind::chunked && !library_checks_framing &&
        !closes_itself(body))
      return Refusal{411, "a chunked body that is not a JSON object needs a Content-Length"};
    return cut;
  }

  /// Reads a modest body to its end before it says no, so that the sender gets to read why.
  void refuse(const Refusal& why, const httplib::Request& request, httplib::Response& response,
              const httplib::ContentReader& content) {
    size_t read = 0;
    const bool complete = content([&](const char*, size_t count) {
      read += count;
      return read <= max_refused_body_bytes && Steady::now() <= exchange.deadline;
    });
    if (!complete || accounts_of(byte_account, exchange.head, port_, read) != Accounts::even ||
        exchange.head.wants_close)
      return close_with(why, request, response);
    response.status = why.status;
    response.set_content(why.reason + "\n", "text/plain");
    const_cast<httplib::Request&>(request).method = exchange.head.delivery.method;  // HEAD gets no content
    tell(why);
  }

  void close_with(const Refusal& why, const httplib::Request& request, httplib::Response& response) const {
    const_cast<httplib::Request&>(request).method = exchange.head.delivery.method;
    last_answer(request, response, why);
    tell(why);
  }

  /// Answers, and the connection is closed. While the server stops, the library closes it by itself, and asks
  /// no content provider any more.
  void last_answer(const httplib::Request& request, httplib::Response& response,
                   const Refusal& answer) const {
    if (!is_stopping_) return answer_and_close(request, response, answer);
    response.status = answer.status;
    response.set_content(answer.reason + "\n", "text/plain");
  }

  void tell(const Refusal& why) const {
    const Delivery& delivery = exchange.head.delivery;
    refused_({delivery.remote, delivery.method, delivery.path, why.status, why.reason});
  }

  Refusal too_large() const {
    return {413, "the body is larger than " + std::to_string(options_.max_body_bytes) + " bytes"};
  }

  ReceiverOptions options_;
  const Take take_;
  const Refused refused_;
  httplib::Server server_;
  WorkerPool pool_;
  ConnectionWatch watch_;
  socket_t socket_ = INVALID_SOCKET;
  int port_ = -1;
  std::atomic<size_t> bytes_in_the_air_{0};
  std::atomic<bool> has_failed_{false}, has_ended_{false}, is_stopping_{false};
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
std::string Receiver::url() const { return server_->url(); }

}  // namespace farehook
