#pragma once

#include <string_view>

// The files of fixtures/life, compiled in by CMakeLists.txt from life.cpp.in.

namespace farehook::life {

extern const std::string_view created;
extern const std::string_view updated;
extern const std::string_view rebooked_from;
extern const std::string_view rebooked_to;
extern const std::string_view cancelled;

}  // namespace farehook::life
