#include "http/request_head.hpp"

#include "delivery/header_field.hpp"
#include "delivery/letter_case.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace farehook {

namespace {

constexpr std::string_view line_end = "\r\n";

/// The text up to the line's end, which is taken off with it.
std::string_view next_line(std::string_view& text) {
  const size_t end = std::min(text.find(line_end), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + line_end.size(), text.size()));
  return line;
}

/// "POST /hook?a=1 HTTP/1.1".
std::optional<Refusal> read_request_line(std::string_view line, RequestHead& into, bool& is_1_0) {
  const size_t first = line.find(' '), last = line.rfind(' ');
  const Refusal unclear{400, "the request line can't be understood"};
  if (first == std::string_view::npos || first == last) return unclear;
  const std::string_view method = line.substr(0, first), version = line.substr(last + 1);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (!is_token(method) || target.empty()) return unclear;
  // Bytes beyond ASCII are not allowed in a target either, but senders put them there.
  if (std::ranges::any_of(target, [](unsigned char c) { return c <= ' ' || c == 0x7F; })) return unclear;
  into.delivery.method = method;
  const size_t question = target.find('?');
  into.delivery.path = target.substr(0, question);
  if (question != std::string_view::npos) into.delivery.query = target.substr(question + 1);
  is_1_0 = version == "HTTP/1.0";
  if (version == "HTTP/1.1" || is_1_0) return std::nullopt;
  return version.starts_with("HTTP/") ? Refusal{505, "HTTP/1.1 is spoken here, and HTTP/1.0"} : unclear;
}

void add_field(std::vector<Header>& headers, std::string name, std::string_view value) {
  const auto same = std::ranges::find(headers, name, &Header::name);
  if (same == headers.end())
    headers.push_back({std::move(name), std::string(value)});
  else
    same->value.append(", ").append(value);
}

}  // namespace

std::optional<Refusal> read_request_head(std::string_view text, RequestHead& into) {
  bool is_1_0 = false, keeps = false;
  int hosts = 0;
  if (auto unclear = read_request_line(next_line(text), into, is_1_0)) return unclear;
  std::vector<std::string> lengths, encodings;
  for (std::string_view line = next_line(text); !line.empty(); line = next_line(text)) {
    const size_t colon = std::min(line.find(':'), line.size());
    if (colon == line.size()) return Refusal{400, "a header field has no colon"};
    // A name with a blank before its colon, or a folded line, is no token either.
    if (!is_token(line.substr(0, colon))) return Refusal{400, "a header field's name is not a token"};
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (!is_field_value(value)) return Refusal{400, "a header field's value has a line break or NUL"};
    std::string name = lower_case(line.substr(0, colon));
    if (name == "content-length") lengths.emplace_back(value);
    if (name == "transfer-encoding") encodings.emplace_back(value);
    if (name == "host") ++hosts;
    if (name == "expect") into.expects_continue = !is_1_0 && lists(value, "100-continue");
    if (name == "connection") {
      into.wants_close |= lists(value, "close");
      keeps |= lists(value, "keep-alive");
    }
    add_field(into.delivery.headers, std::move(name), value);
  }
  into.wants_close |= is_1_0 && !keeps;
  // RFC 9112, 3.2
  if (hosts > 1) return Refusal{400, "more than one Host"};
  if (hosts == 0 && !is_1_0) return Refusal{400, "Host is missing"};
  if (is_1_0 && !encodings.empty()) return Refusal{400, "HTTP/1.0 has no Transfer-Encoding"};
  auto framing = framing_of(lengths, encodings);
  if (auto* unclear = std::get_if<Refusal>(&framing)) return std::move(*unclear);
  into.framing = std::get<Framing>(framing);
  return std::nullopt;
}

}  // namespace farehook
