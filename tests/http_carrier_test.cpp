#include "http/http_carrier.hpp"

#include "loopback.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/resource.h>

using namespace farehook;
using namespace std::chrono_literals;

namespace {

/// While it lives, the system gives no more descriptors.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::fcntl(0, F_DUPFD_CLOEXEC, 0);
    ::close(next);
    const rlimit none{static_cast<rlim_t>(next), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("attempts that end as soon as they begin hold up no answer to another") {
  const LoopbackServer server;
  SenderOptions options;
  options.endpoint.host = "127.0.0.1";
  options.endpoint.port = server.port();
  options.timeout = 60s;  // an answer that has come is found then, too
  HttpCarrier carrier(options, 2);
  Delivery sent;
  sent.method = "POST";
  sent.path = "/";
  carrier.begin(0, sent);
  const LoopbackServer::Connection peer(server);
  while (!peer.has_input()) carrier.wait(Carrier::Clock::now() + 1ms);
  REQUIRE(peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  const NoDescriptors none;
  int failed = 0, answered = 0;
  const auto deadline = Carrier::Clock::now() + 10s;
  while (answered == 0 && Carrier::Clock::now() < deadline) {
    carrier.begin(1, sent);
    for (const auto& [place, attempt] : carrier.wait(Carrier::Clock::now() + 10s)) {
      failed += place == 1 && attempt.error == "refused";
      answered += place == 0 && attempt.status == 200;
    }
  }
  CHECK(answered == 1);
  CHECK(failed >= 1);
}
