#include "http/byte_account.hpp"

#include "http/library.hpp"
#include "http/own_sockets.hpp"
#include "http/tcp_bytes.hpp"

#include <sys/ioctl.h>

namespace farehook {

namespace {

/// How many bytes have been read off a TCP socket since it was connected.
std::optional<uint64_t> bytes_taken(int descriptor) {
  int unread = 0;
  // In this order: bytes that come in between count as taken, which only costs the connection.
  if (::ioctl(descriptor, FIONREAD, &unread) != 0) return std::nullopt;
  const auto bytes = tcp_bytes(descriptor);
  if (!bytes) return std::nullopt;
  return bytes->received - static_cast<uint64_t>(unread);
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

Accounts accounts_of(ByteAccount& account, const RequestHead& head, int local_port, size_t body_bytes) {
  if (library_checks_framing) return Accounts::even;
  const auto surplus = account.surplus(head.delivery.remote, local_port, head.wire_bytes + body_bytes);
  if (head.framing.kind != Framing::Kind::chunked) return surplus == 0 ? Accounts::even : Accounts::open;
  // One chunk is the least: its size in hexadecimal, two line ends, "0" and two line ends more.
  int64_t least = 2 + 2 + 5 + 1;
  for (size_t rest = body_bytes / 16; rest > 0; rest /= 16) ++least;
  return surplus && *surplus >= least ? Accounts::open : Accounts::short_of_chunk;
}

}  // namespace farehook
