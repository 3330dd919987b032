#pragma once

#include "delivery/delivery.hpp"

#include <string_view>
#include <vector>

// The parts of a header field, by RFC 9110, 5.

namespace farehook {

/// 5.6.2.
bool is_token_character(char c);
bool is_token(std::string_view text);

/// Whether this can be a field's value: it has no line breaks and no NUL (5.5).
bool is_field_value(std::string_view text);
/// Whether this can be sent as a field: a token, and such a value.
bool is_field(std::string_view name, std::string_view value);

/// Whether this can be the value of Host: a name or an address, and maybe a port, or nothing (7.2; RFC
/// 3986, 3.2).
bool is_host(std::string_view value);

/// Whether one of the fields has the name, which is in lower case.
bool has_field(const std::vector<Header>& headers, std::string_view name);

/// Without the blanks and tabs around it (5.5).
std::string_view trimmed(std::string_view value);

/// Whether the word, in lower case, is an element of a list such as "close, X-Trace" (5.6.1), in any case.
bool lists(std::string_view value, std::string_view word);

}  // namespace farehook
