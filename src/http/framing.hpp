#pragma once

#include "http/refusal.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

// How long a request's body is, by RFC 9112, 6.3, read as strictly as a receiver may: what two readers could
// understand in two ways is refused.

namespace farehook {

struct Framing {
  enum class Kind { no_body, length, chunked };
  Kind kind = Kind::no_body;
  uint64_t length = 0;  ///< bytes, for Kind::length

  bool operator==(const Framing&) const = default;
};

/// From the values of all Content-Length and all Transfer-Encoding fields.
std::variant<Framing, Refusal> framing_of(const std::vector<std::string>& content_lengths,
                                          const std::vector<std::string>& transfer_encodings);

}  // namespace farehook
