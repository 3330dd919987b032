#include "http/dialing.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace farehook {

Dialing::State Dialing::go_on(std::optional<Transport>& transport) {
  if (!transport) return open_next(transport);
  const SocketAddress& address = (*addresses_)[address_];
  const auto* const to = reinterpret_cast<const sockaddr*>(&address.storage);
  // Asked again, the system says what became of it.
  if (::connect(transport->socket(), to, address.size) == 0 || errno == EISCONN) {
    route_.first_address = address_;
    return State::connected;
  }
  if (errno == EALREADY || errno == EINPROGRESS || errno == EINTR) return State::waits;
  const int error = errno;
  transport.reset();
  return next_or(
      {"refused", error == ECONNREFUSED ? "nothing listens there" : std::generic_category().message(error)});
}

Dialing::State Dialing::open_next(std::optional<Transport>& transport) {
  if (tried_ == 0) {
    auto found = route_.addresses();
    if (const auto* fault = std::get_if<ResolveFault>(&found)) {
      fault_ = {"dns", route_.options().endpoint.host + ": " + fault->reason};
      return State::failed;
    }
    addresses_ = std::get<Route::Addresses>(std::move(found));
    address_ = route_.first_address;
  } else {
    address_ = (address_ + 1) % addresses_->size();
  }
  ++tried_;
  TlsSession session =
      route_.tls() == nullptr ? nullptr : connecting_session(route_.tls(), route_.options().endpoint.host);
  const int family = (*addresses_)[address_].storage.ss_family;
  const int descriptor = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return next_or({"refused", std::generic_category().message(errno)});
  const int yes = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  transport.emplace(descriptor, std::move(session));
  if (opened_) opened_(descriptor);
  return State::goes_on;
}

/// The present address has failed.
Dialing::State Dialing::next_or(Fault fault) {
  if (tried_ < addresses_->size()) return State::goes_on;
  fault_ = std::move(fault);
  return State::failed;
}

}  // namespace farehook
