#pragma once

#include "booking/pseudonym.hpp"
#include "delivery/json_tree.hpp"

#include <string>
#include <string_view>

namespace farehook {

/// The JSON text with pseudonyms for what is private in it (see Redaction). `root` is its tree. Keys, values
/// and their types stand where they stood; so do null, true and false, and "".
std::string redacted_json(std::string_view text, const JsonNode& root, const Pseudonyms& pseudonyms);

}  // namespace farehook
