#include "http/request_head.hpp"

#include "delivery/ascii.hpp"
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

/// What stands behind scheme and authority of a target in absolute form (RFC 9112, 3.2.2).
std::string_view without_origin(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (lower_case(target.substr(0, scheme.size())) != scheme) continue;
    target.remove_prefix(scheme.size());
    return target.substr(std::min(target.find_first_of("/?"), target.size()));
  }
  return target;
}

/// RFC 9112, 2.3: "HTTP/1.7" is read as what is spoken here, 1.1.
std::optional<Refusal> read_version(std::string_view text, bool& is_1_0) {
  if (text.size() != 8 || !text.starts_with("HTTP/") || !is_digit(text[5]) || text[6] != '.' ||
      !is_digit(text[7]))
    return Refusal{400, "the request line has no version of HTTP"};
  is_1_0 = text == "HTTP/1.0";
  return text[5] == '1' ? std::nullopt : std::optional(Refusal{505, "HTTP/1.1 is spoken here, and HTTP/1.0"});
}

/// "POST /hook?a=1 HTTP/1.1".
std::optional<Refusal> read_request_line(std::string_view line, RequestHead& into) {
  const size_t first = line.find(' '), last = line.rfind(' ');
  const Refusal unclear{400, "the request line can't be understood"};
  if (first == std::string_view::npos || first == last) return unclear;
  const std::string_view method = line.substr(0, first), version = line.substr(last + 1);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (!is_token(method) || target.empty()) return unclear;
  // Bytes beyond ASCII are not allowed in a target either, but senders put them there.
  if (std::ranges::any_of(target, [](unsigned char c) { return c <= ' ' || c == 0x7F; })) return unclear;
  into.delivery.method = method;
  const std::string_view local = without_origin(target);
  const size_t question = local.find('?');
  into.delivery.path = local.substr(0, question);
  if (into.delivery.path.empty() && local.size() < target.size())
    into.delivery.path = "/";  // RFC 9110, 4.2.3
  if (question != std::string_view::npos) into.delivery.query = local.substr(question + 1);
  return read_version(version, into.is_1_0);
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
  bool keeps = false, is_host_clear = true;
  int hosts = 0;
  if (auto unclear = read_request_line(next_line(text), into)) return unclear;
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
    if (name == "host") {
      ++hosts;
      is_host_clear &= is_host(value);
    }
    if (name == "expect") into.expects_continue = !into.is_1_0 && lists(value, "100-continue");
    if (name == "connection") {
      into.wants_close |= lists(value, "close");
      keeps |= lists(value, "keep-alive");
    }
    add_field(into.delivery.headers, std::move(name), value);
  }
  into.wants_close |= into.is_1_0 && !keeps;
  // RFC 9112, 3.2
  if (hosts > 1) return Refusal{400, "more than one Host"};
  if (!is_host_clear) return Refusal{400, "Host is no name and no address"};
  if (hosts == 0 && !into.is_1_0) return Refusal{400, "Host is missing"};
  if (into.is_1_0 && !encodings.empty()) return Refusal{400, "HTTP/1.0 has no Transfer-Encoding"};
  auto framing = framing_of(lengths, encodings);
  if (auto* unclear = std::get_if<Refusal>(&framing)) return std::move(*unclear);
  into.framing = std::get<Framing>(framing);
  return std::nullopt;
}

}  // namespace farehook
