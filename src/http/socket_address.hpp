#pragma once

#include <sys/socket.h>

#include <string>
#include <variant>
#include <vector>

namespace farehook {

/// Where a connection is made to, as the system's calls take it.
struct SocketAddress {
  sockaddr_storage storage;
  socklen_t size;
};

/// Why a name has no address, in the system's words.
struct ResolveFault {
  std::string reason;
};

/// The addresses of a host, a name or a numeric address, in the order in which to try them (RFC 6724); at
/// least one. May take as long as the system's resolver takes.
std::variant<std::vector<SocketAddress>, ResolveFault> addresses_of(const std::string& host, int port);

}  // namespace farehook
