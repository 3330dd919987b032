#pragma once

#include "delivery/timestamp.hpp"

#include <string>

namespace farehook {

/// A new UUID, version 7 (RFC 9562, 5.7 and 6.2 method 3: the twelve bits behind the milliseconds are a
/// fraction of one). Within a process each is greater than the one before, as text too, however fast they
/// are asked for and even where the clock steps back. Safe from any thread.
std::string new_delivery_id(Timestamp moment);

}  // namespace farehook
