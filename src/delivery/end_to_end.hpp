#pragma once

#include "delivery/delivery.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace farehook {

/// The header fields of a received request that are meant for who answers it, and so are sent on: not those
/// of the connection it came by (RFC 9110, 7.6.1), of its framing, its host and what encodings its sender
/// takes, nor credentials that were not recorded. What is in `set` stands instead of the field of that name.
std::vector<Header> end_to_end_headers(const std::vector<Header>& received, const std::vector<Header>& set);

/// Whether this can be sent as a field: a token (RFC 9110, 5.6.2) and a value without line breaks and NUL.
bool is_field(std::string_view name, std::string_view value);

/// Which part of a request can't be sent, such as "the header field x-a": method and field names are tokens,
/// the target has no blanks and control characters (RFC 9112, 3). Nothing if all can.
std::optional<std::string> unsendable_part(const Delivery& delivery);

}  // namespace farehook
