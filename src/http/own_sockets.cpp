#include "http/own_sockets.hpp"

#include "http/peer_address.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace farehook {

std::vector<OwnSocket> connections_to(int local_port) {
  std::vector<OwnSocket> found;
  DIR* const folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return found;
  while (const dirent* entry = ::readdir(folder)) {
    const int descriptor = std::atoi(entry->d_name);
    if (auto peer = peer_of(descriptor, local_port)) found.push_back({descriptor, std::move(*peer)});
  }
  ::closedir(folder);
  return found;
}

std::optional<std::string> peer_of(int descriptor, int local_port) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::getsockname(descriptor, any, &size) != 0 || port_of(address) != local_port) return std::nullopt;
  size = sizeof address;
  if (::getpeername(descriptor, any, &size) != 0) return std::nullopt;  // the listening socket
  return peer_address(address);
}

bool has_unread_bytes(int descriptor) {
  pollfd readable{descriptor, POLLIN, 0};
  return ::poll(&readable, 1, 0) > 0;
}

void shut_down(const OwnSocket& connection, int local_port, int how) {
  // The library may close the descriptor at any time and get its number back for another client: what is
  // shut down is a duplicate that was seen to be this peer's.
  const int pinned = ::fcntl(connection.descriptor, F_DUPFD_CLOEXEC, 0);
  if (pinned < 0) return;
  if (peer_of(pinned, local_port) == connection.peer) ::shutdown(pinned, how);
  ::close(pinned);
}

void shut_down_peer(const std::string& peer, int local_port) {
  for (const OwnSocket& connection : connections_to(local_port))
    if (connection.peer == peer) shut_down(connection, local_port, SHUT_RDWR);
}

}  // namespace farehook
