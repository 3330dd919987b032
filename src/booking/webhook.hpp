#pragma once

#include "booking/invention.hpp"
#include "booking/payload_type.hpp"

#include <string>

namespace farehook {

/// The body that FareHarbor would send of the booking as it is, in that data type; of its item, for
/// PayloadType::item. The same booking gives the same bytes.
std::string webhook_of(const Invention& booking, PayloadType type);

}  // namespace farehook
