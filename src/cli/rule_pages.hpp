#pragma once

#include "booking/rules.hpp"

#include <cstddef>
#include <string>

namespace farehook {

/// All rules with severity, sentence and source: a table for people, so many columns wide, or JSON Lines.
std::string rule_list(bool as_json, size_t columns);

/// All that is known of one rule, for people.
std::string rule_page(const Rule& rule);

}  // namespace farehook
