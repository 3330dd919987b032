#pragma once

#include <string>
#include <string_view>

namespace farehook {

/// A text within a workflow command of GitHub Actions: what has a meaning there is written as in URLs, and
/// what is not UTF-8 is mended. More has one in a property than in the message.
std::string in_property(std::string_view text);
std::string in_message(std::string_view text);

}  // namespace farehook
