#include "http/outbound_connection.hpp"

#include "http/sender.hpp"
#include "loopback.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <thread>

using namespace farehook;
using namespace std::chrono_literals;

namespace {

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

SenderOptions to(const LoopbackServer& server, std::chrono::milliseconds timeout) {
  SenderOptions options;
  options.endpoint.host = "127.0.0.1";
  options.endpoint.port = server.port();
  options.timeout = timeout;
  return options;
}

Delivery delivery(const std::string& method = "POST") {
  Delivery each;
  each.method = method;
  each.path = "/";
  return each;
}

/// A request that has come to its server whole, and is not answered yet.
struct Exchange {
  explicit Exchange(std::chrono::milliseconds timeout, const std::string& method = "POST")
      : route(to(server, timeout)), connection(route), request(delivery(method)), peer(asked()) {
    while (!peer.has_input()) REQUIRE(!connection.go_on());
    REQUIRE(peer.read_request());
  }

  const LoopbackServer& asked() {
    REQUIRE(!connection.begin(request));
    return server;
  }

  const LoopbackServer server;
  Route route;
  OutboundConnection connection;
  const Delivery request;
  const LoopbackServer::Connection peer;
};

}  // namespace

TEST_CASE("an answer that has come counts, however late it is looked at") {
  Exchange exchange(500ms);
  SUBCASE("whole") {
    REQUIRE(exchange.peer.send(ok));
    std::this_thread::sleep_until(exchange.connection.waits_until());
    const auto attempt = exchange.connection.go_on();
    REQUIRE(attempt);
    CHECK(attempt->status == 200);
    CHECK(attempt->error == "");
  }
  SUBCASE("but not a part of it") {
    REQUIRE(exchange.peer.send(ok.substr(0, 20)));
    std::this_thread::sleep_until(exchange.connection.waits_until());
    const auto attempt = exchange.connection.go_on();
    REQUIRE(attempt);
    CHECK(!attempt->status);
    CHECK(attempt->error == "timeout");
  }
}

TEST_CASE("with a short time, too, a kept connection takes a second request") {
  const LoopbackServer server;
  std::atomic<int> on_kept_ones = 0;
  std::thread receiver([&] {
    for (;;) {
      const LoopbackServer::Connection peer(server);
      if (!peer.is_there()) return;
      for (int count = 0; peer.read_request() && peer.send(ok); ++count)
        if (count > 0) ++on_kept_ones;
    }
  });
  {
    Route route(to(server, 20ms));
    Sender sender(route);
    for (int i = 0; i < 50; ++i) sender.send(delivery());
  }
  server.leave();
  receiver.join();
  CHECK(on_kept_ones > 0);
}

TEST_CASE("a request is sent again only if none of it has been taken, when the connection is reset") {
  const LoopbackServer server(4096);
  Route route(to(server, 5s));
  OutboundConnection connection(route);
  Delivery first = delivery(), second = delivery();
  first.body = std::string(20'000, 'x');
  second.body = "tide";
  REQUIRE(!connection.begin(first));
  auto peer = std::make_unique<LoopbackServer::Connection>(server);
  while (!peer->has_input()) REQUIRE(!connection.go_on());
  REQUIRE(peer->send("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"));
  std::optional<Attempt> attempt;
  while (!attempt) attempt = connection.go_on();
  REQUIRE(attempt->status == 200);
  // The first request's body is in the way: the end of the server's side overtakes the second.
  REQUIRE(!connection.begin(second));
  attempt.reset();
  peer->half_close();
  REQUIRE(!connection.go_on());
  SUBCASE("it has been taken") {
    REQUIRE(peer->read_request());
    REQUIRE(peer->read_past(first.body.size()));
    REQUIRE(peer->read_request());
    peer.reset();
    while (!attempt) attempt = connection.go_on();
    CHECK(attempt->error == "closed");
  }
  SUBCASE("it has not") {
    peer.reset();
    std::thread receiver([&] {
      const LoopbackServer::Connection fresh(server);
      if (fresh.is_there() && fresh.read_request()) fresh.send(ok);
    });
    while (!attempt) attempt = connection.go_on();
    server.leave();
    receiver.join();
    CHECK(attempt->error == "");
    CHECK(attempt->status == 200);
  }
}

TEST_CASE(
    "a connection is ended behind more than an answer, when that says so, and when it was quiet for long") {
  const std::string stays = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n";
  Exchange exchange(5s);
  bool is_quiet = false;
  SUBCASE("more than an answer") { REQUIRE(exchange.peer.send(stays + "HTTP/1.1 ")); }
  SUBCASE("says so") {
    REQUIRE(exchange.peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
  }
  SUBCASE("quiet for long") {
    REQUIRE(exchange.peer.send(stays));
    is_quiet = true;
  }
  std::optional<Attempt> attempt;
  while (!attempt) attempt = exchange.connection.go_on();
  REQUIRE(attempt->status == 200);
  if (is_quiet) {
    CHECK(!exchange.peer.has_input());
    std::this_thread::sleep_for(1100ms);
    REQUIRE(!exchange.connection.begin(exchange.request));
  }
  REQUIRE(exchange.peer.has_input(10s));
  CHECK(!exchange.peer.read_request());
}

TEST_CASE("an answer to HEAD is whole without a body, and its Retry-After is told") {
  Exchange exchange(500ms, "HEAD");
  REQUIRE(exchange.peer.send("HTTP/1.1 503 Tide\r\nRetry-After: 120\r\nContent-Length: 4\r\n\r\n"));
  std::optional<Attempt> attempt;
  while (!attempt) attempt = exchange.connection.go_on();
  CHECK(attempt->status == 503);
  CHECK(attempt->retry_after == "120");
}
