#pragma once

#include "booking/rules.hpp"

#include <string>

namespace farehook {

/// All rules with severity, sentence and source: a table for people, or JSON Lines.
std::string rule_list(bool as_json);

/// All that is known of one rule, for people.
std::string rule_page(const Rule& rule);

}  // namespace farehook
