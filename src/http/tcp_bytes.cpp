#include "http/tcp_bytes.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
// The C library's <netinet/tcp.h> knows less of it.
#include <linux/tcp.h>

namespace farehook {

namespace {

std::optional<tcp_info> info_of(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  if (size < offsetof(tcp_info, tcpi_bytes_received) + sizeof info.tcpi_bytes_received) return std::nullopt;
  return info;
}

}  // namespace

std::optional<uint64_t> received_bytes(int descriptor) {
  const auto info = info_of(descriptor);
  if (!info) return std::nullopt;
  return info->tcpi_bytes_received;
}

std::optional<uint64_t> acknowledged_bytes(int descriptor) {
  const auto info = info_of(descriptor);
  if (!info) return std::nullopt;
  return info->tcpi_bytes_acked;
}

}  // namespace farehook
