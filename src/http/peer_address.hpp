#pragma once

#include <netinet/in.h>

#include <string>
#include <string_view>

namespace farehook {

/// Address and port as a record writes them: 192.0.2.7:40312, [2001:db8::7]:40312.
std::string peer_address(std::string_view address, int port);
std::string peer_address(const sockaddr_storage& address);

/// "::1" for "[::1]"; anything else stays as it is.
std::string without_brackets(std::string host);

}  // namespace farehook
