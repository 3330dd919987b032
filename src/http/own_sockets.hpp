#pragma once

#include <optional>
#include <string>
#include <vector>

// The process's own connections, looked up from outside: the HTTP library does not hand out its sockets.
// A peer is written as address and port: 192.0.2.7:40312.

namespace farehook {

struct OwnSocket {
  int descriptor;
  std::string peer;
};

/// The connections to a local port.
std::vector<OwnSocket> connections_to(int local_port);

/// Who is connected to the local port by this descriptor; nothing if it is not such a connection.
std::optional<std::string> peer_of(int descriptor, int local_port);

bool has_unread_bytes(int descriptor);

/// Shuts the connection down, for reading or writing or both, if it is still this peer's.
void shut_down(const OwnSocket& connection, int local_port, int how);

/// Ends the peer's connection to the local port: what is written to it then goes nowhere.
void shut_down_peer(const std::string& peer, int local_port);

}  // namespace farehook
