#pragma once

#include "cli/options.hpp"
#include "cli/sending.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace farehook {

/// What `replay` and `simulate` are told of where and how to send.
struct SendingOptions {
  SendingPlan given;  ///< so far
  std::optional<std::string> auth_file;
  std::optional<std::chrono::milliseconds> timeout, interval;

  /// What is given, and an authorization field: of --header, else from the URL, --auth-file or FAREHOOK_AUTH.
  /// Throws Error and CLI::ValidationError.
  SendingPlan plan() const;
};

/// An option for a URL to send to, which may hold a password and is not repeated.
CLI::Option* add_url(CLI::App& app, const std::string& name, Endpoint& into, const std::string& help);
/// --to
void add_endpoint(CLI::App& app, SendingOptions& into);
/// --header, --auth-file, --timeout, --cacert
void add_request(CLI::App& app, SendingOptions& into);
/// The same for both commands, but for where their help shows them and what it says.
struct OptionHelp {
  const char* group;
  const char* text;
};
/// --retries, whose help it is, and --interval
void add_retries(CLI::App& app, SendingOptions& into, OptionHelp help);
/// --concurrency
void add_concurrency(CLI::App& app, SendingOptions& into, OptionHelp help);
/// --expect
void add_expectation(CLI::App& app, SendingOptions& into, OptionHelp help);

/// 'Name: value' as a header field that can be sent and is not farehook's own business; `option` is the one
/// that it was given with. Throws CLI::ValidationError.
Header parse_header(const std::string& option, const std::string& text);

/// user:password, from the first line of the file, which the option gave, or from the environment's variable;
/// "" if there is none. Throws Error.
std::string basic_credentials(const std::optional<std::string>& file,
                              const std::string& option = "--auth-file",
                              const std::string& variable = "FAREHOOK_AUTH");

/// A number above 0, such as 60 or 0.5. Throws CLI::ValidationError.
double parse_factor(const std::string& option, const std::string& text);

}  // namespace farehook
