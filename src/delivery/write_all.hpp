#pragma once

#include <string_view>
#include <system_error>

namespace farehook {

/// Writes all of it to a descriptor, waiting where it can't take more at once. Returns why it could not; a
/// part may be written then.
std::error_code write_all(int descriptor, std::string_view bytes);

}  // namespace farehook
