#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace farehook {

/// An error fails, a warning fails with --strict, a note never does.
enum class Severity : uint8_t { note, warning, error };

std::string_view to_string(Severity severity);

/// What a payload may break. A new rule is a row in rules.cpp, and a fixture of its name in which it fires.
struct Rule {
  std::string_view name;
  Severity severity;
  std::string_view sentence;  ///< what holds where it does not fire
  std::string_view why;       ///< what to know about it
  std::string_view source;    ///< the letters that sources() explains, or an RFC
};

std::span<const Rule> rules();

/// The rule of this name, or null.
const Rule* find_rule(std::string_view name);

}  // namespace farehook
