#pragma once

#include "booking/schema.hpp"

#include <string>
#include <string_view>

namespace farehook {

/// What to write instead of a key that FareHarbor does not send: the name that receivers and documents are
/// known to mix it up with, or else the nearest of the object's own. "" if there is none.
std::string key_hint(std::string_view key, ObjectKind kind);

}  // namespace farehook
