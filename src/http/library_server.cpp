#include "http/library_server.hpp"

#include "delivery/header_field.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <chrono>
#include <ctime>
#include <string_view>
#include <thread>
#include <utility>

namespace farehook {

namespace {

// How long the system may have no connections to give, and how long it is left alone each time.
constexpr std::chrono::seconds patience{30};
constexpr std::chrono::milliseconds pause{50};
constexpr int backlog = SOMAXCONN;  // the library's 5 costs a client in a burst a second and more

/// Runs what it is given at once, in the thread that takes the connections. enqueue() returns void or bool,
/// by version.
class AtOnce : public httplib::TaskQueue {
  using Enqueued = decltype(std::declval<httplib::TaskQueue&>().enqueue(std::function<void()>{}));

 public:
  Enqueued enqueue(std::function<void()> task) override {
    task();
    return static_cast<Enqueued>(true);
  }
  void shutdown() override {}
};

// NOLINTBEGIN(modernize-use-override): which of these functions the library's Stream has differs by version.

/// What the library reads a request from and writes its answer to.
class InMemory : public httplib::Stream {
 public:
  explicit InMemory(std::string_view input) : input_(input) {}

  bool is_readable() const { return !input_.empty(); }
  bool is_writable() const { return true; }
  bool wait_readable() const { return true; }
  bool wait_writable() const { return true; }
  time_t duration() const { return 0; }
  socket_t socket() const { return INVALID_SOCKET; }
  void get_remote_ip_and_port(std::string&, int&) const {}
  void get_local_ip_and_port(std::string&, int&) const {}

  ssize_t read(char* into, size_t size) {
    const size_t count = input_.copy(into, size);
    input_.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }
  using httplib::Stream::write;
  ssize_t write(const char* bytes, size_t size) {
    output.append(bytes, size);
    return static_cast<ssize_t>(size);
  }

  std::string output;

 private:
  std::string_view input_;
};

// NOLINTEND(modernize-use-override)

/// What the library is to answer, by the thread that asks it to.
thread_local const Response* present = nullptr;

/// RFC 9110, 5.6.7.
std::string http_date(std::time_t moment) {
  std::tm parts{};
  ::gmtime_r(&moment, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

void give(const Response& from, httplib::Response& to) {
  to.status = from.status;
  if (from.is_to_1_0 && !from.closes) to.set_header("Connection", "keep-alive");
  if (!has_field(from.headers, "date")) to.set_header("Date", http_date(std::time(nullptr)));
  if (!from.id.empty()) to.set_header("Farehook-Id", from.id);
  for (const Header& header : from.headers) to.set_header(header.name, header.value);
  const bool has_no_body = from.status == 204 || from.status == 205 || from.status == 304;
  if (from.body.empty() || has_no_body) {
    if (!from.type.empty()) to.set_header("Content-Type", from.type);
  } else {
    to.set_content(from.body, from.type.empty() ? "text/plain" : from.type);
  }
}

/// The library calls what it does not know "Internal Server Error". A reason may be empty (RFC 9112, 4).
std::string with_known_reason(std::string answer, int status) {
  constexpr std::string_view made_up = "Internal Server Error";
  constexpr size_t reason_at = std::string_view("HTTP/1.1 200 ").size();
  if (status != 500 && answer.compare(reason_at, made_up.size(), made_up) == 0)
    answer.erase(reason_at, made_up.size());
  return answer;
}

}  // namespace

LibraryServer::LibraryServer(Connected connected, int keep_alive_seconds) : connected_(std::move(connected)) {
  new_task_queue = [] { return new AtOnce; };
  // Not SO_REUSEPORT, which the library sets by itself: a second listener must fail, not take half.
  set_socket_options([this](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    ::fcntl(socket, F_SETFD, FD_CLOEXEC);
    socket_ = socket;
  });
  set_tcp_nodelay(true);
  set_pre_routing_handler([](const httplib::Request&, httplib::Response& response) {
    give(*present, response);
    return HandlerResponse::Handled;
  });
  // The library also tells of a number of requests, to which nobody is held.
  const std::string keep_alive = "timeout=" + std::to_string(keep_alive_seconds);
  set_post_routing_handler([keep_alive](const httplib::Request&, httplib::Response& response) {
    if (response.status == 204) response.headers.erase("Content-Length");  // RFC 9110, 8.6
    if (response.headers.erase("Keep-Alive") > 0) response.set_header("Keep-Alive", keep_alive);
  });
}

int LibraryServer::take_port(const std::string& host, int port) {
  if (port == 0)
    port = bind_to_any_port(host);
  else if (!bind_to_port(host, port))
    return 0;
  if (port <= 0 || ::listen(socket_, backlog) != 0) return 0;
  host_ = host;
  return port_ = port;
}

bool LibraryServer::listen() {
  using Clock = std::chrono::steady_clock;
  for (Clock::time_point began = Clock::now(), end = began + patience;; began = Clock::now()) {
    if (listen_after_bind() || is_stopping_) return true;
    if (Clock::now() - began > patience) end = Clock::now() + patience;
    do {
      if (Clock::now() > end) return false;
      std::this_thread::sleep_for(pause);
      if (is_stopping_) return true;
      httplib::Server::stop();  // newer ones want to be asked before they begin again
    } while (take_port(host_, port_) == 0);
  }
}

void LibraryServer::stop() {
  is_stopping_ = true;
  httplib::Server::stop();
}

bool LibraryServer::process_and_close_socket(socket_t socket) {
  ::fcntl(socket, F_SETFD, FD_CLOEXEC);
  ::fcntl(socket, F_SETFL, O_RDWR | O_NONBLOCK);
  connected_(socket);
  return true;
}

/// Within a second most answers differ from the one before in their id only, and so do their bytes.
std::string LibraryServer::written(const Response& response) {
  thread_local Response last;
  thread_local std::string text;
  thread_local size_t id_at = 0;
  thread_local std::time_t second = 0;
  const std::time_t now = std::time(nullptr);
  if (!text.empty() && second == now && last.id.size() == response.id.size()) {
    last.id = response.id;
    if (last == response) return text.replace(id_at, response.id.size(), response.id);
  }
  text.clear();
  second = now;
  std::string fresh = newly_written(response);
  last = response;
  id_at = fresh.find(response.id);
  text = std::move(fresh);
  return text;
}

std::string LibraryServer::newly_written(const Response& response) {
  InMemory stream(response.is_to_head ? "HEAD / HTTP/1.1\r\n\r\n" : "POST / HTTP/1.1\r\n\r\n");
  present = &response;
  bool is_closed = false;
  // Where the connection comes from and goes to is asked of the stream, or has to be given, by version.
  const auto process = [&]<class Self>(Self& self) {
    if constexpr (requires { self.process_request(stream, true, is_closed, nullptr); })
      self.process_request(stream, response.closes, is_closed, nullptr);
    else
      self.process_request(stream, "", 0, "", 0, response.closes, is_closed, nullptr);
  };
  process(*this);
  present = nullptr;
  return with_known_reason(std::move(stream.output), response.status);
}

}  // namespace farehook
