#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace farehook {

/// A parameter of a URL's query (RFC 3986, 3.4), as it stands there: "a=1", or "a", which has no value.
struct QueryParameter {
  std::string_view text;

  std::string_view name() const { return text.substr(0, text.find('=')); }
  /// What stands behind the first equals sign.
  std::string_view value() const { return text.substr(name().size() + (has_value() ? 1 : 0)); }
  bool has_value() const { return text.find('=') != std::string_view::npos; }
};

/// "a=1&b" is two; an empty query has none. They point into the query.
std::vector<QueryParameter> parameters_of(std::string_view query);

/// "a=[redacted]&[redacted]": what may be a secret is not in it, and that is all of a parameter without "=".
std::string without_values(std::string_view query);

/// RFC 3986, 2.1: escapes undone; what is none stays, and a plus sign is itself.
std::string percent_decoded(std::string_view text);

/// Whether a percent sign begins an escape everywhere.
bool is_percent_encoded(std::string_view text);

}  // namespace farehook
