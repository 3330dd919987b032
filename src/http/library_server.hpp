#pragma once

#include "delivery/delivery.hpp"
#include "http/library.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace farehook {

/// An answer as it is to be written.
struct Response {
  int status = 200;
  std::vector<Header> headers{};
  std::string body{}, type{};  ///< type: its media type, if it has one
  bool closes = false;         ///< the connection, behind it
  bool is_to_1_0 = false;      ///< to HTTP/1.0, which has to be told if the connection stays
  bool is_to_head = false;     ///< the body's length is told, and no body sent
  std::string id{};            ///< the Farehook-Id field; empty: there is none

  bool operator==(const Response&) const = default;
};

/// What cpp-httplib does for a receiver: it takes the port, takes the connections and writes the answers. It
/// reads no request: an old one drops bytes without a word, decodes what it should not, and gives a thread to
/// each connection, silent ones included.
class LibraryServer : private httplib::Server {
 public:
  /// Called with each connected socket, which is the callee's from then on, by the thread that listens.
  using Connected = std::function<void(int socket)>;

  LibraryServer(Connected connected, int keep_alive_seconds);

  /// Takes the port, 0 for any that is free. Returns it; 0 if it can't be had.
  int take_port(const std::string& host, int port);

  /// Takes connections until stop(). Where the system has none to give for a moment (accept(2): ENFILE,
  /// ENOMEM) the library ends; it is begun again at the same port, for half a minute. Returns whether it was
  /// stopped, and did not fail.
  bool listen();
  bool is_listening() const { return is_running(); }
  /// May be lost while it is just beginning: call it again until listen() has returned.
  void stop();

  /// The answer's bytes. May be called by many threads at once.
  std::string written(const Response& response);

 private:
  bool process_and_close_socket(socket_t socket) override;
  std::string newly_written(const Response& response);

  const Connected connected_;
  socket_t socket_ = INVALID_SOCKET;
  std::string host_;
  int port_ = 0;
  std::atomic<bool> is_stopping_{false};
};

}  // namespace farehook
