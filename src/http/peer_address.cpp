#include "http/peer_address.hpp"

#include <netdb.h>

namespace farehook {

namespace {

/// Of an IPv4 or IPv6 address; -1 for any other.
int port_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return -1;
}

}  // namespace

std::string peer_address(std::string_view address, int port) {
  std::string text;
  if (address.find(':') == std::string_view::npos)
    text += address;
  else
    text.append("[").append(address).append("]");
  return text.append(":").append(std::to_string(port));
}

std::string peer_address(const sockaddr_storage& address) {
  char text[NI_MAXHOST] = "";
  getnameinfo(reinterpret_cast<const sockaddr*>(&address), sizeof address, text, sizeof text, nullptr, 0,
              NI_NUMERICHOST);
  return peer_address(text, port_of(address));
}

std::string without_brackets(std::string host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return host;
}

}  // namespace farehook
