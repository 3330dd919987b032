#include "http/bind_failure.hpp"

#include "http/peer_address.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace farehook {

namespace {

/// The errno of binding to the address and listening there; 0 if that works.
int try_to_listen(const addrinfo& address) {
  const int probe = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return errno;
  const int yes = 1;
  ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const bool works = ::bind(probe, address.ai_addr, address.ai_addrlen) == 0 && ::listen(probe, 1) == 0;
  const int error = works ? 0 : errno;
  ::close(probe);
  return error;
}

}  // namespace

std::string bind_failure(const std::string& host, int port) {
  const std::string subject = peer_address(host, port);
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  if (const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found); error != 0)
    return host + ": " + gai_strerror(error) + "; --host takes a name or an address of this machine";
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, freeaddrinfo);
  switch (const int error = try_to_listen(*found)) {
    case 0:
      return subject + ": can't listen";
    case EADDRINUSE:
      return subject + ": port already in use; choose another with --port, or --port 0 for any that is free";
    case EACCES:
      return subject + ": permission denied; ports below 1024 are for root";
    case EADDRNOTAVAIL:
      return host + ": not an address of this machine";
    default:
      return subject + ": " + std::generic_category().message(error);
  }
}

}  // namespace farehook
