#pragma once

#include "cli/terminal.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Options whose values are checked as they are read. A value that looks like a flag is taken for a missing
// one; the last of a repeated option counts. What is wrong is thrown as CLI::ValidationError.

namespace farehook {

/// `kind` stands for the value in the help text: "FILE".
CLI::Option* add_text(CLI::App& app, const std::string& name, const std::string& kind, std::string& into,
                      const std::string& help);
CLI::Option* add_text(CLI::App& app, const std::string& name, const std::string& kind,
                      std::optional<std::string>& into, const std::string& help);
CLI::Option* add_duration(CLI::App& app, const std::string& name,
                          std::optional<std::chrono::milliseconds>& into, const std::string& help);
CLI::Option* add_size(CLI::App& app, const std::string& name, size_t& into, const std::string& help);

/// A whole number from `least` to `most`; `what` says what it is: "a port (0 to 65535)".
CLI::Option* add_number(CLI::App& app, const std::string& name, uint64_t least, uint64_t most,
                        const std::string& what, std::function<void(uint64_t)> into, const std::string& help);

/// Any value; `take` throws CLI::ValidationError where it is not one. add_each: each of a repeated option
/// counts.
CLI::Option* add_value(CLI::App& app, const std::string& name, const std::string& kind,
                       std::function<void(const std::string&)> take, const std::string& help);
CLI::Option* add_each(CLI::App& app, const std::string& name, const std::string& kind,
                      std::function<void(const std::string&)> take, const std::string& help);

/// One of the words.
CLI::Option* add_choice(CLI::App& app, const std::string& name, const std::string& kind,
                        std::vector<std::string_view> words, std::function<void(const std::string&)> into,
                        const std::string& help);

/// -q, --quiet and --color, the same for every command.
struct DisplayOptions {
  bool quiet = false;
  ColorChoice color = ColorChoice::automatic;
};
void add_display(CLI::App& app, DisplayOptions& into);

}  // namespace farehook
