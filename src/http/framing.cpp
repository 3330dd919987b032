#include "http/framing.hpp"

#include "delivery/header_field.hpp"

#include <strings.h>

#include <charconv>
#include <string_view>

namespace farehook {

namespace {

bool is_chunked(std::string_view coding) {
  constexpr std::string_view chunked = "chunked";
  return coding.size() == chunked.size() && strncasecmp(coding.data(), chunked.data(), chunked.size()) == 0;
}

}  // namespace

std::variant<Framing, Refusal> framing_of(const std::vector<std::string>& content_lengths,
                                          const std::vector<std::string>& transfer_encodings) {
  if (!transfer_encodings.empty()) {
    if (!content_lengths.empty()) return Refusal{400, "both Content-Length and Transfer-Encoding"};
    const std::string& field = transfer_encodings.back();
    const size_t comma = field.rfind(',');
    // Else nobody knows where the body ends (RFC 9112, 6.3).
    if (!is_chunked(trimmed(std::string_view(field).substr(comma == std::string::npos ? 0 : comma + 1))))
      return Refusal{400, "the last transfer coding is not chunked"};
    if (transfer_encodings.size() > 1 || comma != std::string::npos)
      return Refusal{501, "no transfer coding but chunked is understood"};
    return Framing{Framing::Kind::chunked, 0};
  }
  if (content_lengths.empty()) return Framing{};
  if (content_lengths.size() > 1) return Refusal{400, "more than one Content-Length"};
  const std::string& text = content_lengths[0];
  uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size())
    return Refusal{400, "Content-Length is not a number"};
  return Framing{Framing::Kind::length, length};
}

}  // namespace farehook
