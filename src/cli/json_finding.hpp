#pragma once

#include "booking/finding.hpp"
#include "delivery/text_position.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace farehook {

/// A finding as JSON: line, column, pointer, rule, severity, message, and remedy where there is one.
nlohmann::ordered_json json_of(const Finding& finding, const TextPosition& at);

/// On one line; bytes that are not UTF-8 (they may stand in file names) become U+FFFD.
std::string dump(const nlohmann::ordered_json& json);

}  // namespace farehook
