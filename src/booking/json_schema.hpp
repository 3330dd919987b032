#pragma once

#include "booking/payload_type.hpp"

#include <string>

namespace farehook {

/// The schema of a payload type as JSON Schema 2020-12, for editors and other tools. It refuses what the
/// rules type, null, missing, missing-identity, enum, too-long and not-a-payload find. It lets unknown keys
/// pass, which FareHarbor adds without notice.
std::string json_schema(PayloadType type);

}  // namespace farehook
