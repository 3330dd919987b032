#pragma once

#include "cli/session.hpp"

namespace farehook {

/// The whole program: parses the command line, runs the command, and returns an ExitStatus.
int run(int argc, const char* const* argv, Session& session);

}  // namespace farehook
