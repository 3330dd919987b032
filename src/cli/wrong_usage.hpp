#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace farehook {

/// The command that was typed, or the program itself.
const CLI::App& chosen_command(const CLI::App& app);

/// What is wrong with the command line that `app` could not parse, and what to type instead where that can be
/// known: one line. Of an option that nobody knows the value is not repeated, which may be a secret.
std::string wrong_usage(const CLI::App& app, const CLI::ParseError& error);

/// The names of all commands: "listen, replay, validate, simulate or completion".
std::string command_names(const CLI::App& app);

}  // namespace farehook
