#pragma once

#include <string>

namespace farehook {

/// Why a port can't be listened on, and the remedy, for an Error: the HTTP library does not say.
std::string bind_failure(const std::string& host, int port);

}  // namespace farehook
