#pragma once

#include <httplib.h>

#include <string_view>

#ifndef CPPHTTPLIB_OPENSSL_SUPPORT
#error "cpp-httplib's own compile definitions are missing: its classes would not have the library's layout"
#endif

// Which cpp-httplib this is built against, and what follows from it. Only this folder includes it.

namespace farehook {

/// The minor version in "0.11.4"; 1.0 and later count as newer than all.
constexpr int library_version(std::string_view text) {
  if (text.substr(0, 2) != "0.") return 1000;
  int minor = 0;
  for (const char c : text.substr(2)) {
    if (c < '0' || c > '9') break;
    minor = minor * 10 + (c - '0');
  }
  return minor;
}

inline constexpr int library = library_version(CPPHTTPLIB_VERSION);

/// Before 0.18 a chunk with a wrong end passes for the body's end, and a header line without a carriage
/// return is passed over, Content-Length included.
inline constexpr bool library_checks_framing = library >= 18;

/// Before 0.27 the library adds REMOTE_ADDR and its like to a request's header fields.
inline constexpr bool library_adds_headers = library < 27;

/// Between 0.17 and 0.52 it keeps header fields in a hash table, which turns the order of equal names round.
inline constexpr bool library_hashes_headers = library >= 17 && library < 52;

}  // namespace farehook
