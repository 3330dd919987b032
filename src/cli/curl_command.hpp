#pragma once

#include "delivery/delivery.hpp"
#include "http/sender_options.hpp"

#include <string>

namespace farehook {

/// A command for any POSIX shell that has curl send the delivery as `replay` would, its body byte for byte:
/// one line with its line feed, in printable UTF-8. The delivery is addressed already, and can be sent.
/// Credentials are in it where they are among its header fields.
std::string curl_command(const Delivery& delivery, const SenderOptions& to);

}  // namespace farehook
