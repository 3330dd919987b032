#include "http/byte_account.hpp"

#include "http/own_sockets.hpp"

#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <linux/tcp.h>
namespace farehook {

namespace {

/// How many bytes have been read off a TCP socket since it was connected (tcpi_bytes_received, Linux 4.1).
std::optional<uint64_t> bytes_taken(int descriptor) {
  int unread = 0;
  tcp_info info{};
  socklen_t size = sizeof info;
  // In this order: bytes that come in between count as taken, which only costs the connection.
  if (::ioctl(descriptor, FIONREAD, &unread) != 0) return std::nullopt;
  if (::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  if (size < offsetof(tcp_info, tcpi_bytes_received) + sizeof info.tcpi_bytes_received) return std::nullopt;
  return info.tcpi_bytes_received - static_cast<uint64_t>(unread);
}

}  // namespace

std::optional<int64_t> ByteAccount::surplus(const std::string& peer, int local_port, size_t request_bytes) {
  if (peer != peer_ || peer_of(descriptor_, local_port) != peer) {
    peer_ = peer;
    descriptor_ = -1;
    booked_ = 0;
    for (const OwnSocket& connection : connections_to(local_port))
      if (connection.peer == peer) descriptor_ = connection.descriptor;
  }
  booked_ += request_bytes;
  const auto taken = bytes_taken(descriptor_);
  if (!taken) return std::nullopt;
  return static_cast<int64_t>(*taken - booked_);
}

}  // namespace farehook
