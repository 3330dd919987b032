#pragma once

#include <string>
#include <variant>
#include <vector>

namespace farehook {

/// Why a name has no address, in the system's words.
struct ResolveFault {
  std::string reason;
};

/// The numeric addresses of a host, in the order in which to try them (RFC 6724). May take as long as the
/// system's resolver takes.
std::variant<std::vector<std::string>, ResolveFault> addresses_of(const std::string& host, int port);

}  // namespace farehook
