#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace farehook {

/// What --help prints: 80 columns, a row for each option wherever its text fits, no blank rows between the
/// groups, and the examples last.
class HelpPage : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
};

}  // namespace farehook
