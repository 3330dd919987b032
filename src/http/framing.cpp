#include "http/framing.hpp"

#include <strings.h>

#include <charconv>
#include <string_view>

namespace farehook {

std::variant<Framing, Refusal> framing_of(const std::vector<std::string>& content_lengths,
                                          const std::vector<std::string>& transfer_encodings) {
  if (!transfer_encodings.empty()) {
    if (!content_lengths.empty()) return Refusal{400, "both Content-Length and Transfer-Encoding"};
    constexpr std::string_view chunked = "chunked";
    const std::string& coding = transfer_encodings[0];
    if (transfer_encodings.size() > 1 || coding.size() != chunked.size() ||
        strncasecmp(coding.data(), chunked.data(), chunked.size()) != 0)
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
