#pragma once

#include "booking/redaction.hpp"
#include "cli/options.hpp"

#include <memory>
#include <optional>
#include <string>

namespace farehook {

/// Whether and with which key records are redacted.
struct RedactOptions {
  bool redact = false;
  std::optional<std::string> key_file;
};

/// --redact and --redact-key
void add_redact(CLI::App& app, RedactOptions& into, const char* group);

/// What redacts as the options say, or none. The key is in the file that is given, else beside the capture,
/// else for this run only; what is to be said of it goes to the terminal. Throws Error.
std::shared_ptr<const Redaction> redaction_of(const RedactOptions& options,
                                              const std::optional<std::string>& capture, Terminal& terminal);

}  // namespace farehook
