#include "delivery/json_string.hpp"

#include "delivery/hex_digit.hpp"
#include "delivery/utf8.hpp"

namespace farehook {

int hex_unit(const char* at, const char* end) {
  if (end - at < 4) return -1;
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex_value(at[i]);
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

std::string unquote(std::string_view raw) {
  const char* at = raw.data() + 1;
  const char* end = raw.data() + raw.size() - 1;
  std::string text;
  text.reserve(raw.size());
  while (at != end) {
    if (*at != '\\') {
      text += *at++;
      continue;
    }
    if (at[1] == 'u') {
      int code_point = hex_unit(at + 2, end);
      at += 6;
      if (is_high_surrogate(code_point)) {
        code_point = 0x10000 + ((code_point - 0xd800) << 10) + (hex_unit(at + 2, end) - 0xdc00);
        at += 6;
      }
      append_utf8(text, code_point);
      continue;
    }
    switch (at[1]) {
      case 'b':
        text += '\b';
        break;
      case 'f':
        text += '\f';
        break;
      case 'n':
        text += '\n';
        break;
      case 'r':
        text += '\r';
        break;
      case 't':
        text += '\t';
        break;
      default:
        text += at[1];
    }
    at += 2;
  }
  return text;
}

void append_quoted(std::string& json, std::string_view utf8) {
  json += '"';
  const char* at = utf8.data();
  const char* end = at + utf8.size();
  while (at != end) {
    const char* plain = at;
    while (at != end && static_cast<unsigned char>(*at) >= 0x20 && *at != '"' && *at != '\\') ++at;
    json.append(plain, at);
    if (at == end) break;
    switch (*at) {
      case '"':
        json += "\\\"";
        break;
      case '\\':
        json += "\\\\";
        break;
      case '\n':
        json += "\\n";
        break;
      case '\r':
        json += "\\r";
        break;
      case '\t':
        json += "\\t";
        break;
      default:
        constexpr std::string_view hex = "0123456789abcdef";
        json += "\\u00";
        json += hex[static_cast<unsigned char>(*at) >> 4];
        json += hex[static_cast<unsigned char>(*at) & 15];
    }
    ++at;
  }
  json += '"';
}

}  // namespace farehook
