#pragma once

#include "cli/session.hpp"

#include <CLI/CLI.hpp>

#include <functional>

namespace farehook {

/// A subcommand: its flags are bound to `app`; `run` does the work, once they are parsed, and returns an
/// ExitStatus, or throws Error, or CLI::ParseError for a usage that only shows then. Each has a file of its
/// own here, and a line in app.cpp.
struct Command {
  CLI::App* app;
  std::function<int(Session&)> run;
};

Command add_listen(CLI::App& app);
Command add_replay(CLI::App& app);
Command add_simulate(CLI::App& app);
Command add_validate(CLI::App& app);
Command add_completion(CLI::App& app);

}  // namespace farehook
