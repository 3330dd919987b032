#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace farehook {

/// A value to put into a JSON text, at a place.
struct JsonEdit {
  std::string pointer;  ///< RFC 6901: "/booking/status"
  std::string value;    ///< JSON
};

/// The edit in a text such as /booking/status="cancelled", or why it is none, in a few words.
std::optional<std::string> parse_json_edit(std::string_view text, JsonEdit& into);

/// The text with the value in place of the one that stands there, or as a new last member of the object or
/// element of the array (index or "-") that the pointer's last token would be in. Every other byte stays.
/// Nothing where there is no such place, or the text is not JSON.
std::optional<std::string> with_edit(std::string_view text, const JsonEdit& edit);

}  // namespace farehook
