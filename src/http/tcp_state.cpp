#include "http/tcp_state.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
// The C library's <netinet/tcp.h> knows less of it.
#include <linux/tcp.h>

namespace farehook {

namespace {

constexpr int tcp_close = 7, tcp_close_wait = 8;  // the kernel's TCP_CLOSE and TCP_CLOSE_WAIT

/// -1 for what is no TCP connection.
int state_of(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof info;
  return ::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? info.tcpi_state : -1;
}

}  // namespace

std::optional<uint64_t> acknowledged_bytes(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  if (size < offsetof(tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked) return std::nullopt;
  return info.tcpi_bytes_acked;
}

bool is_ended_by_peer(int descriptor) {
  return is_closed(descriptor) || state_of(descriptor) == tcp_close_wait;
}

bool is_closed(int descriptor) { return state_of(descriptor) == tcp_close; }

}  // namespace farehook
