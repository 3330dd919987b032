#pragma once

#include "booking/pseudonym.hpp"
#include "delivery/delivery.hpp"

#include <functional>
#include <string>
#include <string_view>

// What is private in a delivery is replaced, so that its record can be shown and committed. The policy is the
// table in schema.cpp, and a list of what may stay: nothing stays because it was not thought of.

namespace farehook {

/// Safe from any number of threads.
class Redaction {
 public:
  using Sha256 = std::function<std::string(std::string_view)>;  ///< of bytes, in 64 hexadecimal digits

  Redaction(KeyedHash hash, Sha256 sha256) : pseudonyms_(std::move(hash)), sha256_(std::move(sha256)) {}

  /// The delivery with nothing private in its body, target and headers. body_sha256 is of the new body, as is
  /// the header content-length: what was measured of the old one would help to guess it. A redacted delivery
  /// must not be redacted again, or its pseudonyms become others.
  Delivery redacted(Delivery delivery) const;

  /// The body with pseudonyms for its private strings and numbers; every other byte stays. A body that is
  /// not JSON, or has more than JsonTree::max_nodes values, becomes one pseudonym.
  std::string redacted_body(std::string_view body) const;

 private:
  Pseudonyms pseudonyms_;
  Sha256 sha256_;
};

}  // namespace farehook
