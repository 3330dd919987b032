#pragma once

#include "booking/field.hpp"

#include <string_view>

// What may stay where private data is redacted. In doubt it may not.

namespace farehook {

/// Whether a text of a field that is not private looks like one: a time where a time is to be. It need not
/// be right.
bool is_harmless(const Value& wanted, std::string_view text);

/// Whether the field may hold any text, an operator's own words.
bool is_free(const Value& wanted);

/// Whether a key is a programmer's word, and no person's: small letters, underscores and few digits.
bool is_identifier(std::string_view key);

/// Whether a key is made of words that FareHarbor's keys are made of. In an object that is not documented
/// a key may be data: a person's name.
bool is_known_word(std::string_view key);

/// Whether a token of a JSON Pointer says nothing of a person: a key of FareHarbor's own, or a place in an
/// array.
bool is_harmless_token(std::string_view token);

}  // namespace farehook
