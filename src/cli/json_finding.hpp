#pragma once

#include "booking/finding.hpp"
#include "delivery/text_position.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace farehook {

/// A finding as JSON: line, column, pointer, rule, severity, message, and remedy where there is one.
nlohmann::ordered_json json_of(const Finding& finding, const TextPosition& at);

/// What was found in a body, as a JSON array; lines and columns are those of the body.
std::string json_of(std::string_view body, const Findings& findings);

/// On one line; bytes that are not UTF-8 (they may stand in file names) become U+FFFD.
std::string dump(const nlohmann::ordered_json& json);

}  // namespace farehook
