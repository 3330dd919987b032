#pragma once

#include "http/request_head.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace farehook {

/// Tells whether the requests that were read off a connection are all that was taken off its socket. An old
/// cpp-httplib drops bytes without a word: header lines that it does not understand, and what came in one
/// piece with the end of a request. After that nobody knows where the next request begins. For one thread,
/// which serves one connection at a time.
class ByteAccount {
 public:
  /// Books a request of so many bytes from the peer, and returns how many more were taken off the socket than
  /// are booked by now: 0 if all is accounted for. Nothing comes back for a connection that is gone.
  std::optional<int64_t> surplus(const std::string& peer, int local_port, size_t request_bytes);

 private:
  std::string peer_;
  int descriptor_ = -1;
  uint64_t booked_ = 0;
};

/// Even: the next byte on the connection begins the next request. Open: nobody knows.
enum class Accounts { even, open, short_of_chunk };

/// How a request that was read off the connection, its body included, leaves it.
Accounts accounts_of(ByteAccount& account, const RequestHead& head, int local_port, size_t body_bytes);

}  // namespace farehook
