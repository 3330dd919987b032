#pragma once

#include <string>
#include <string_view>

namespace farehook {

/// The text with the letters A to Z in lower case, whatever the locale: as protocols compare names.
std::string lower_case(std::string_view text);

}  // namespace farehook
