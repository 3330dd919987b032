#pragma once

#include "delivery/delivery.hpp"
#include "delivery/endpoint.hpp"

#include <optional>
#include <string>
#include <vector>

namespace farehook {

/// The header fields of a received request that are meant for who answers it, and so are sent on: not those
/// of the connection it came by (RFC 9110, 7.6.1), of its framing, its host, what its sender expects and
/// what encodings it takes, nor credentials that were not recorded. What is in `set` stands instead of the
/// field of that name.
std::vector<Header> end_to_end_headers(const std::vector<Header>& received, const std::vector<Header>& set);

/// A received delivery as it is sent on to an endpoint: to the endpoint's own path and query, or, where it
/// keeps its path, to its path and query behind the endpoint's path; with its end_to_end_headers().
Delivery addressed_to(const Endpoint& endpoint, Delivery delivery, bool keeps_path,
                      const std::vector<Header>& set);

/// Which part of a request can't be sent, such as "the header field x-a": method and field names are tokens,
/// the target has no blanks and control characters (RFC 9112, 3). Nothing if all can.
std::optional<std::string> unsendable_part(const Delivery& delivery);

}  // namespace farehook
