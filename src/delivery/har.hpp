#pragma once

#include "delivery/record.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

// HTTP Archive 1.2: what browsers' developer tools, inspecting proxies and tunnels export of the requests
// that they saw. One JSON text, `log.entries` being the requests with their answers.

namespace farehook {

/// Whether a text begins as a HAR does: {"log":{ and a member of a log. It may be cut off or broken behind
/// that.
bool looks_like_har(std::string_view text);

/// Why a text is not a HAR: "not a HAR: it has no `log` with `entries`".
struct HarFault {
  std::string reason;
};

/// The entries of a HAR, in their order, as slices of the text.
std::variant<std::vector<std::string_view>, HarFault> har_entries(std::string_view text);

/// Whether the request of an entry is a POST, or has a body.
bool is_har_delivery(std::string_view entry);

/// The body of an entry's request, and where its text stands in the entry, in bytes.
struct HarBody {
  std::string bytes;
  size_t offset, length;  ///< of what is not in the entry: 0
};

/// The body byte for byte, or why it can't be had.
std::variant<HarBody, RecordFault> har_body(std::string_view entry);

/// The request of an entry with its body byte for byte, when it was sent and what it was answered; or why it
/// can't be sent as it was. Who it came from is not in a HAR: `remote` is "unknown". The caller answers for
/// id, body_sha256 and all that is known by the body.
std::variant<Record, RecordFault> from_har_entry(std::string_view entry);

}  // namespace farehook
