#include "http/tcp_state.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
// The C library's <netinet/tcp.h> knows less of it.
#include <linux/tcp.h>

namespace farehook {

std::optional<uint64_t> acknowledged_bytes(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  if (size < offsetof(tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked) return std::nullopt;
  return info.tcpi_bytes_acked;
}

bool is_closed(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof info;
  constexpr int tcp_close = 7;  // the kernel's TCP_CLOSE
  return ::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 && info.tcpi_state == tcp_close;
}

}  // namespace farehook
