#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>

namespace farehook {

/// A raw client on 127.0.0.1: sends what it is told, reads with a deadline.
class LoopbackClient {
 public:
  explicit LoopbackClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("can't connect");
  }
  ~LoopbackClient() { ::close(socket_); }
  LoopbackClient(const LoopbackClient&) = delete;
  LoopbackClient& operator=(const LoopbackClient&) = delete;

  void send(const std::string& bytes) const {
    size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return;
      sent += static_cast<size_t>(count);
    }
  }

  void half_close() const { ::shutdown(socket_, SHUT_WR); }

  /// What comes until the answer is whole, the peer closes, or the deadline.
  std::string answer(std::chrono::milliseconds deadline = std::chrono::seconds{20}) const {
    const auto end = std::chrono::steady_clock::now() + deadline;
    std::string text;
    while (!is_whole(text)) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      pollfd readable{socket_, POLLIN, 0};
      if (left.count() <= 0 || ::poll(&readable, 1, static_cast<int>(left.count())) <= 0)
        return text + "[deadline]";
      char buffer[4096];
      const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
      if (count <= 0) return text + "[closed]";
      text.append(buffer, static_cast<size_t>(count));
    }
    return text;
  }

  int local_port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
  }

 private:
  static bool is_whole(const std::string& text) {
    const size_t head = text.find("\r\n\r\n");
    const size_t field = text.find("Content-Length: ");
    if (head != std::string::npos && text.starts_with("HTTP/1.1 204")) return true;
    if (head == std::string::npos || field == std::string::npos || field > head) return false;
    return text.size() >= head + 4 + std::stoul(text.substr(field + 16));
  }

  int socket_;
};

/// A raw server on 127.0.0.1, that does with its connections what it is told, step by step. It waits for
/// nothing longer than 20 s.
class LoopbackServer {
 public:
  /// `receive_bytes`: what its connections hold that is not read yet, about; 0: as the system does.
  explicit LoopbackServer(int receive_bytes = 0) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const timeval patience{20, 0};  // of its connections, too
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (receive_bytes > 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(socket_, 16) != 0)
      throw std::runtime_error("can't listen");
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~LoopbackServer() { ::close(socket_); }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  int port() const { return port_; }

  /// From now on nobody is let in, and who waits for a connection gets none.
  void leave() const { ::shutdown(socket_, SHUT_RDWR); }

  class Connection {
   public:
    /// Waits for it.
    explicit Connection(const LoopbackServer& server) : socket_(::accept(server.socket_, nullptr, nullptr)) {}
    ~Connection() {
      if (is_there()) ::close(socket_);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    bool is_there() const { return socket_ >= 0; }

    /// Whether it has something to be read, at once or within some time.
    bool has_input(std::chrono::milliseconds within = {}) const {
      pollfd readable{socket_, POLLIN, 0};
      return ::poll(&readable, 1, static_cast<int>(within.count())) > 0;
    }

    /// Waits for a request's head. Returns whether it came.
    bool read_request() const {
      std::string text;
      for (char byte = 0; !text.ends_with("\r\n\r\n"); text += byte)
        if (::recv(socket_, &byte, 1, 0) != 1) return false;
      return true;
    }
    bool read_past(size_t count) const {
      std::string scrap(count, '\0');
      return ::recv(socket_, scrap.data(), count, MSG_WAITALL) == static_cast<ssize_t>(count);
    }
    void half_close() const { ::shutdown(socket_, SHUT_WR); }

    bool send(const std::string& bytes) const {
      return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
    }

   private:
    const int socket_;
  };

 private:
  const int socket_;
  int port_ = 0;
};

/// The status of an answer; 0 for none.
inline int status_of(const std::string& answer) {
  return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

inline std::string post(const std::string& body, const std::string& head = "") {
  return "POST /hook?a=%41&b HTTP/1.1\r\nHost: x\r\n" + head +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace farehook
