#pragma once

#include "delivery/delivery.hpp"

#include <string>
#include <string_view>

namespace farehook {

/// A request's head as it is sent (RFC 9112, 3 and 5): the delivery's method, target and fields, in their
/// order, and what a request needs beside them: Host (the authority), User-Agent, Accept, how long its body
/// is, and Connection if nothing is to follow on the connection. Fields that can't be sent are left out.
std::string request_head_text(const Delivery& delivery, std::string_view authority, bool closes);

}  // namespace farehook
