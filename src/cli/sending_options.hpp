#pragma once

#include "cli/options.hpp"
#include "delivery/delivery.hpp"
#include "delivery/endpoint.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace farehook {

/// What `replay` and `simulate` are told of where and how to send.
struct SendingOptions {
  std::optional<Endpoint> endpoint;
  std::vector<Header> headers;
  std::optional<std::string> auth_file;
  std::optional<std::chrono::milliseconds> given_timeout;
  std::string ca_file;

  /// Those of --header, and an authorization field: from them, else the URL, --auth-file or FAREHOOK_AUTH.
  /// Throws Error.
  std::vector<Header> all_headers() const;
  std::chrono::milliseconds timeout() const;  ///< 30 s by default. Throws CLI::ValidationError.
};

/// --to
void add_endpoint(CLI::App& app, SendingOptions& into);
/// --header, --auth-file, --timeout, --cacert
void add_request(CLI::App& app, SendingOptions& into);

/// A number above 0, such as 60 or 0.5. Throws CLI::ValidationError.
double parse_factor(const std::string& option, const std::string& text);

}  // namespace farehook
