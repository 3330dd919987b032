#include "cli/workflow_command.hpp"

#include "delivery/utf8.hpp"

namespace farehook {

namespace {

std::string escaped(std::string_view text, bool is_property) {
  std::string result;
  for (const char c : as_utf8(text)) {
    if (c == '%')
      result += "%25";
    else if (c == '\r')
      result += "%0D";
    else if (c == '\n')
      result += "%0A";
    else if (is_property && c == ':')
      result += "%3A";
    else if (is_property && c == ',')
      result += "%2C";
    else
      result += c;
  }
  return result;
}

}  // namespace

std::string in_property(std::string_view text) { return escaped(text, true); }
std::string in_message(std::string_view text) { return escaped(text, false); }

}  // namespace farehook
