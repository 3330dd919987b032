#pragma once

#include <cstdint>
#include <optional>

// What the kernel counts on a TCP connection since it was made (Linux 4.1). Nothing for what is no such
// connection.

namespace farehook {

/// Bytes of ours that the peer's kernel has taken; the connection's beginning counts as one.
std::optional<uint64_t> acknowledged_bytes(int descriptor);

/// Whether both sides have ended the connection, or the peer has reset it.
bool is_closed(int descriptor);

}  // namespace farehook
