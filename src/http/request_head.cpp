#include "http/request_head.hpp"

#include "http/peer_address.hpp"

#include <algorithm>

namespace farehook {

namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

/// RFC 9110, 5.6.2.
bool is_token(std::string_view name) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != std::string_view::npos;
  });
}

bool is_added_by_library(const httplib::Request& request, const std::string& name, const std::string& value) {
  if (!library_adds_headers) return false;
  if (name == "remote_addr") return value == request.remote_addr;
  if (name == "remote_port") return value == std::to_string(request.remote_port);
  if (name == "local_addr") return value == request.local_addr;
  if (name == "local_port") return value == std::to_string(request.local_port);
  return false;
}

void add_field(std::vector<Header>& headers, const std::string& name, const std::string& value) {
  const auto same =
      std::find_if(headers.begin(), headers.end(), [&](const Header& header) { return header.name == name; });
  if (same == headers.end())
    headers.push_back({name, value});
  else
    same->value = library_hashes_headers ? value + ", " + same->value : same->value + ", " + value;
}

/// Whether "close" is a member of a comma-separated list.
bool lists_close(const std::string& value) {
  const std::string list = lower_case(value) + ",";
  for (size_t start = 0, end = list.find(','); end != std::string::npos;
       start = end + 1, end = list.find(',', start)) {
    std::string_view member = std::string_view(list).substr(start, end - start);
    while (!member.empty() && (member.front() == ' ' || member.front() == '\t')) member.remove_prefix(1);
    while (!member.empty() && (member.back() == ' ' || member.back() == '\t')) member.remove_suffix(1);
    if (member == "close") return true;
  }
  return false;
}

}  // namespace

std::variant<RequestHead, Refusal> request_head(const httplib::Request& request) {
  constexpr size_t blanks = 2, line_end = 2, colon_and_blank = 2;
  RequestHead head;
  Delivery& delivery = head.delivery;
  if (!request.remote_addr.empty()) delivery.remote = peer_address(request.remote_addr, request.remote_port);
  delivery.method = request.method;
  const size_t question = request.target.find('?');
  delivery.path = request.target.substr(0, question);
  if (question != std::string::npos) delivery.query = request.target.substr(question + 1);
  head.wire_bytes =
      request.method.size() + request.target.size() + request.version.size() + blanks + 2 * line_end;

  std::vector<std::string> lengths, encodings;
  for (const auto& [name, value] : request.headers) {
    const std::string lower = lower_case(name);
    if (is_added_by_library(request, lower, value)) continue;
    if (!is_token(name)) return Refusal{400, "a header field's name is not a token"};
    ++head.fields;
    head.wire_bytes += name.size() + colon_and_blank + value.size() + line_end;
    if (lower == "content-length") lengths.push_back(value);
    if (lower == "transfer-encoding") encodings.push_back(value);
    if (lower == "connection") head.wants_close |= lists_close(value);
    add_field(delivery.headers, lower, value);
  }
  if (library_hashes_headers)
    std::sort(delivery.headers.begin(), delivery.headers.end(),
              [](const Header& a, const Header& b) { return a.name < b.name; });

  auto framing = framing_of(lengths, encodings);
  if (auto* unclear = std::get_if<Refusal>(&framing)) return std::move(*unclear);
  head.framing = std::get<Framing>(framing);
  return head;
}

}  // namespace farehook
