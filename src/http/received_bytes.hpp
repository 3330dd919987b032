#pragma once

#include <cstdint>
#include <optional>

namespace farehook {

/// How many bytes have come in on a TCP connection since it was made, read or not (tcpi_bytes_received, Linux
/// 4.1). Nothing for what is no such connection.
std::optional<uint64_t> received_bytes(int descriptor);

}  // namespace farehook
