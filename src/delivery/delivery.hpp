#pragma once

#include "delivery/timestamp.hpp"

#include <string>
#include <vector>

namespace farehook {

struct Header {
  std::string name;   ///< lower case
  std::string value;  ///< a repeated header's values, joined by ", " (RFC 9110, 5.3)

  bool operator==(const Header&) const = default;
};

/// One webhook as it came: a request, its body whole. It knows nothing of bookings.
struct Delivery {
  std::string id;  ///< UUIDv7, or where it stands: a.json, b.jsonl:7, c.har#3
  Timestamp received_at{};
  std::string remote;  ///< the peer's address and port: 192.0.2.7:40312, [2001:db8::7]:40312
  std::string method;
  std::string path;   ///< of the request target, as received
  std::string query;  ///< as received, without the question mark; empty if there is none
  /// The same with secrets that `query` leaves out; never written; "": there are none.
  std::string secret_query;
  std::vector<Header> headers;
  std::string body;         ///< the bytes as received, neither decompressed nor decoded
  std::string body_sha256;  ///< of those bytes, 64 hexadecimal digits

  /// What the request asks for: path and query.
  std::string target() const { return query.empty() ? path : path + "?" + query; }

  bool operator==(const Delivery&) const = default;
};

}  // namespace farehook
