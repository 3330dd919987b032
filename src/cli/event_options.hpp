#pragma once

#include "cli/options.hpp"

#include <set>
#include <string>

namespace farehook {

/// --only: events as they are named in records, "booking." left out or not.
CLI::Option* add_only(CLI::App& app, std::set<std::string>& into, const std::string& help);

/// --configured: what an operator can choose to be told of; the set is empty for all of it.
CLI::Option* add_configured(CLI::App& app, std::set<std::string>& into, const std::string& help);

}  // namespace farehook
