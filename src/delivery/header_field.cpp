#include "delivery/header_field.hpp"

#include "delivery/ascii.hpp"
#include "delivery/letter_case.hpp"

#include <algorithm>

namespace farehook {

bool is_token_character(char c) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return is_digit(c) || is_lower(c) || is_upper(c) || marks.find(c) != std::string_view::npos;
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
