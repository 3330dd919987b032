#include "delivery/endpoint.hpp"

#include "delivery/ascii.hpp"
#include "delivery/hex_digit.hpp"
#include "delivery/letter_case.hpp"
#include "delivery/query.hpp"

#include <algorithm>
#include <charconv>

namespace farehook {

namespace {

bool is_host_character(char c) { return is_alphanumeric(c) || c == '.' || c == '-' || c == '_'; }
bool is_address_character(char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; }

}  // namespace

std::string Endpoint::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (is_tls ? 443 : 80) ? name : name + ":" + std::to_string(port);
}

std::string Endpoint::url(const std::string& target) const {
  return (is_tls ? "https://" : "http://") + authority() + target;
}

std::string Endpoint::shown_url(const std::string& target) const {
  const size_t question = target.find('?');
  if (question == std::string::npos) return url(target);
  return url(target.substr(0, question + 1) + without_values(std::string_view(target).substr(question + 1)));
}

std::variant<Endpoint, EndpointFault> parse_endpoint(std::string_view url) {
  Endpoint endpoint;
  const size_t scheme_end = url.find("://");
  const std::string scheme =
      scheme_end == std::string_view::npos ? "" : lower_case(url.substr(0, scheme_end));
  if (scheme != "http" && scheme != "https")
    return EndpointFault{"it does not begin with http:// or https://"};
  endpoint.is_tls = scheme == "https";
  endpoint.port = endpoint.is_tls ? 443 : 80;
  url.remove_prefix(scheme_end + 3);
  // What can't stand in a request line ends here, wherever it is (RFC 9112, 3).
  if (std::ranges::any_of(url, [](char c) { return c <= 0x20 || c >= 0x7f; }))
    return EndpointFault{"it has characters that have to be percent-encoded"};
  url = url.substr(0, url.find('#'));

  std::string_view authority = url.substr(0, url.find_first_of("/?"));
  const std::string_view target = url.substr(authority.size());
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view userinfo = authority.substr(0, at);
    if (!is_percent_encoded(userinfo))
      return EndpointFault{"its user and password are not percent-encoded well"};
    endpoint.credentials = percent_decoded(userinfo);
    if (endpoint.credentials.find(':') == std::string::npos) endpoint.credentials += ':';
    authority.remove_prefix(at + 1);
  }
  std::string_view port;
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    if (end == std::string_view::npos) return EndpointFault{"its address has no closing bracket"};
    endpoint.host = lower_case(authority.substr(1, end - 1));
    if (endpoint.host.empty() || !std::ranges::all_of(endpoint.host, is_address_character))
      return EndpointFault{"what stands in its brackets is no IPv6 address"};
    const std::string_view rest = authority.substr(end + 1);
    if (!rest.empty() && rest.front() != ':') return EndpointFault{"something stands behind its address"};
    if (!rest.empty()) port = rest.substr(1);
  } else {
    const size_t colon = authority.find(':');
    endpoint.host = lower_case(authority.substr(0, colon));
    if (endpoint.host.empty()) return EndpointFault{"it has no host"};
    if (!std::ranges::all_of(endpoint.host, is_host_character))
      return EndpointFault{"its host is no name and no address"};
    if (colon != std::string_view::npos) port = authority.substr(colon + 1);
  }
  if (!port.empty()) {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
    if (error != std::errc{} || end != port.data() + port.size() || endpoint.port < 1 ||
        endpoint.port > 65535)
      return EndpointFault{"its port is not a number from 1 to 65535"};
  }
  const size_t question = target.find('?');
  endpoint.path = target.substr(0, question);
  if (endpoint.path.empty()) endpoint.path = "/";
  if (question != std::string_view::npos) endpoint.query = target.substr(question + 1);
  return endpoint;
}

}  // namespace farehook
