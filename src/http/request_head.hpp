#pragma once

#include "delivery/delivery.hpp"
#include "http/framing.hpp"
#include "http/library.hpp"

#include <string>
#include <variant>

namespace farehook {

/// A request as far as its head tells.
struct RequestHead {
  Delivery delivery;  ///< without id, time and body
  Framing framing;
  size_t fields = 0;         ///< how many header fields came
  size_t wire_bytes = 0;     ///< the head's size, if it was written as is usual: one blank after each colon
  bool wants_close = false;  ///< "close" stands in Connection, in any case and place
};

/// Reads a head that the library has parsed. A name that is no token, or a length that could be understood
/// in two ways, is refused: nobody knows where such a request ends.
std::variant<RequestHead, Refusal> request_head(const httplib::Request& request);

}  // namespace farehook
