#pragma once

#include "delivery/delivery.hpp"

#include <string_view>
#include <vector>

namespace farehook {

/// The header fields of a received request that are meant for who answers it, and so are sent on: not those
/// of the connection it came by (RFC 9110, 7.6.1), of its framing, its host and what encodings its sender
/// takes, nor credentials that were not recorded. What is in `set` stands instead of the field of that name.
std::vector<Header> end_to_end_headers(const std::vector<Header>& received, const std::vector<Header>& set);

/// Whether this can be sent as a field: a token (RFC 9110, 5.6.2) and a value without line breaks and NUL.
bool is_field(std::string_view name, std::string_view value);

/// The first that can't be sent, or null.
const Header* unsendable_field(const std::vector<Header>& headers);

}  // namespace farehook
