#pragma once

#include "delivery/delivery.hpp"
#include "http/framing.hpp"
#include "http/refusal.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace farehook {

inline constexpr size_t max_header_fields = 100;
inline constexpr size_t max_head_line_bytes = 8192;  ///< of a head, without the line's end
inline constexpr size_t max_head_bytes = size_t{128} << 10;

/// A request as far as its head tells.
struct RequestHead {
  Delivery delivery;  ///< without id, time, remote and body; header fields in the order in which they came
  Framing framing;
  bool is_1_0 = false;            ///< HTTP/1.0
  bool wants_close = false;       ///< "close" stands in Connection, or HTTP/1.0 without "keep-alive"
  bool expects_continue = false;  ///< the sender waits for 100 before it sends the body
};

/// Reads a head (RFC 9112, 2 to 6) from the request line to the empty line behind the fields. Nothing is
/// decoded. Returns why it is refused: what two readers could understand in two ways is; `into` then holds
/// what was read before that.
std::optional<Refusal> read_request_head(std::string_view text, RequestHead& into);

}  // namespace farehook
