#include "delivery/header_field.hpp"

#include "delivery/ascii.hpp"
#include "delivery/letter_case.hpp"
#include "delivery/query.hpp"

#include <algorithm>

namespace farehook {

namespace {

/// Unreserved, or a delimiter within a part (RFC 3986, 2.2 and 2.3).
bool is_host_character(char c) {
  constexpr std::string_view marks = "-._~!$&'()*+,;=";
  return is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
}

}  // namespace

bool is_token_character(char c) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_character);
}

bool is_field_value(std::string_view text) {
  constexpr std::string_view forbidden("\r\n\0", 3);
  return text.find_first_of(forbidden) == std::string_view::npos;
}

bool is_field(std::string_view name, std::string_view value) {
  return is_token(name) && is_field_value(value);
}

bool is_host(std::string_view value) {
  const bool is_literal = value.starts_with('[');  // an IPv6 address
  const size_t end = is_literal ? value.find(']') : std::min(value.find(':'), value.size());
  if (end == std::string_view::npos) return false;
  const std::string_view host = is_literal ? value.substr(1, end - 1) : value.substr(0, end);
  const std::string_view port = value.substr(is_literal ? end + 1 : end);
  const auto is_part = [&](char c) { return is_host_character(c) || c == (is_literal ? ':' : '%'); };
  return std::ranges::all_of(host, is_part) && is_percent_encoded(host) && !(is_literal && host.empty()) &&
         (port.empty() || (port.front() == ':' && std::ranges::all_of(port.substr(1), is_digit)));
}

bool has_field(const std::vector<Header>& headers, std::string_view name) {
  return std::ranges::find(headers, name, &Header::name) != headers.end();
}

std::string_view trimmed(std::string_view value) {
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  return value;
}

bool lists(std::string_view value, std::string_view word) {
  for (;;) {
    const size_t comma = std::min(value.find(','), value.size());
    if (lower_case(trimmed(value.substr(0, comma))) == word) return true;
    if (comma == value.size()) return false;
    value.remove_prefix(comma + 1);
  }
}

}  // namespace farehook
