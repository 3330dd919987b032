#pragma once

#include <cstddef>
#include <string>

namespace farehook {

/// Bytes that nobody can guess. Throws Error where the system has none.
std::string random_bytes(size_t count);

}  // namespace farehook
