#include "http/received_bytes.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
// The C library's <netinet/tcp.h> knows less of it.
#include <linux/tcp.h>

namespace farehook {

std::optional<uint64_t> received_bytes(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  if (size < offsetof(tcp_info, tcpi_bytes_received) + sizeof info.tcpi_bytes_received) return std::nullopt;
  return info.tcpi_bytes_received;
}

}  // namespace farehook
