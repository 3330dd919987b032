#pragma once

#include <cstdint>
#include <optional>

// What the kernel counts on a TCP connection since it was made (Linux 4.1). Nothing for what is no such
// connection.

namespace farehook {

/// Bytes that have come in, read or not (tcpi_bytes_received). The peer's end of the connection counts as
/// one.
std::optional<uint64_t> received_bytes(int descriptor);

/// Bytes of ours that the peer's kernel has taken (tcpi_bytes_acked). The connection's begin counts as one.
std::optional<uint64_t> acknowledged_bytes(int descriptor);

}  // namespace farehook
