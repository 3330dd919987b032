#pragma once

#include <cstdint>
#include <optional>

// What the kernel knows of a TCP connection (Linux 4.1).

namespace farehook {

/// Bytes of ours that the peer's kernel has taken; the connection's beginning counts as one. Nothing for
/// what is no such connection.
std::optional<uint64_t> acknowledged_bytes(int descriptor);

/// Whether the peer sends no more, and may be gone: it has ended its side, or has reset the connection.
bool is_ended_by_peer(int descriptor);
/// Whether both sides have ended the connection, or the peer has reset it.
bool is_closed(int descriptor);

}  // namespace farehook
