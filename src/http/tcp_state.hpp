#pragma once

#include <cstdint>
#include <optional>

// What the kernel knows of a TCP connection (Linux 4.1).

namespace farehook {

/// Bytes of ours that the peer's kernel has taken; the connection's beginning counts as one. Nothing for
/// what is no such connection.
std::optional<uint64_t> acknowledged_bytes(int descriptor);

/// Whether both sides have ended the connection, or the peer has reset it.
bool is_closed(int descriptor);

}  // namespace farehook
