#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace farehook {

/// Where deliveries go: a URL, taken apart (RFC 3986, RFC 9110 4.2).
struct Endpoint {
  bool is_tls = false;
  std::string host;  ///< lower case; an IPv6 address without its brackets
  int port = 80;
  std::string path = "/";   ///< as written
  std::string query;        ///< as written, without the question mark
  std::string credentials;  ///< user:password from the userinfo, percent-decoded; "" if there is none

  /// What a request asks for: path and query.
  std::string target() const { return query.empty() ? path : path + "?" + query; }
  /// Host and port for the Host field: the port only where it is not the scheme's own.
  std::string authority() const;
  /// The URL that a target is asked for at, without credentials, which are never shown.
  std::string url(const std::string& target) const;
  /// The same for people and logs, where the values in a query may be secrets:
  /// "http://a/hook?key=[redacted]".
  std::string shown_url() const { return shown_url(target()); }
  std::string shown_url(const std::string& target) const;

  bool operator==(const Endpoint&) const = default;
};

/// Why a text is not such a URL: "it does not begin with http:// or https://".
struct EndpointFault {
  std::string reason;
};

std::variant<Endpoint, EndpointFault> parse_endpoint(std::string_view url);

}  // namespace farehook
