#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace farehook {

/// RFC 4648, section 4: the standard alphabet, padded, no line breaks.
std::string to_base64(std::string_view bytes);

/// The bytes back; nothing if the text is not exactly what to_base64 writes.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace farehook
