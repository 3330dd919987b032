#include "booking/redaction.hpp"

#include "booking/body_redaction.hpp"
#include "delivery/ascii.hpp"
#include "delivery/json_tree.hpp"

#include <algorithm>
#include <iterator>

namespace farehook {

namespace {

constexpr std::string_view hidden = "[redacted]";

/// Headers that say how a body is sent, and nothing of whom it is about.
constexpr std::string_view harmless_headers[] = {"accept",         "accept-encoding",   "accept-language",
                                                 "cache-control",  "connection",        "content-encoding",
                                                 "content-length", "content-type",      "date",
                                                 "host",           "keep-alive",        "te",
                                                 "trailer",        "transfer-encoding", "upgrade",
                                                 "user-agent"};

/// Words and dashes, as names of headers and parameters are: no key or number hides in it.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= 40 && std::ranges::count_if(name, is_digit) <= 3 &&
         std::ranges::all_of(name, [](char c) { return is_lower(c) || is_digit(c) || c == '-' || c == '_'; });
}

bool is_harmless(const Header& header) {
  const auto* found = std::ranges::find(harmless_headers, header.name);
  return found != std::end(harmless_headers) && header.value.find('@') == std::string::npos;
}

std::vector<Header> redacted_headers(const std::vector<Header>& headers) {
  std::vector<Header> redacted;
  bool has_hidden_name = false;
  for (const Header& header : headers) {
    if (is_plain_name(header.name)) {
      redacted.push_back({header.name, is_harmless(header) ? header.value : std::string(hidden)});
    } else if (!has_hidden_name) {  // once: names are keys in the record
      redacted.push_back({std::string(hidden), std::string(hidden)});
      has_hidden_name = true;
    }
  }
  return redacted;
}

/// Target and method stay what can be sent again: no brackets.
std::string redacted_path(const std::string& path) {
  return path == "/" || path.empty() ? path : "/redacted";
}

std::string redacted_query(std::string_view query) {
  std::string redacted;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    const std::string_view name = pair.substr(0, pair.find('='));
    // What has no value may be the secret itself.
    if (name.size() < pair.size() && is_plain_name(name)) redacted += std::string(name) + '=';
    if (!pair.empty()) redacted += "redacted";
    query.remove_prefix(pair.size());
    if (query.empty()) break;
    redacted += '&';
    query.remove_prefix(1);
  }
  return redacted;
}

bool is_method(std::string_view text) { return text.size() <= 10 && std::ranges::all_of(text, is_upper); }

void set(std::vector<Header>& headers, std::string_view name, const std::string& value) {
  for (Header& header : headers)
    if (header.name == name) header.value = value;
}

}  // namespace

Delivery Redaction::redacted(Delivery delivery) const {
  JsonVisitor nothing;
  const bool is_json = !read_json(delivery.body, nothing);
  delivery.body = redacted_body(delivery.body);
  delivery.body_sha256 = sha256_(delivery.body);
  delivery.headers = redacted_headers(delivery.headers);
  set(delivery.headers, "content-length", std::to_string(delivery.body.size()));
  // What was compressed is so no more.
  if (!is_json) set(delivery.headers, "content-encoding", "identity");
  delivery.path = redacted_path(delivery.path);
  delivery.query = redacted_query(delivery.query);
  if (!is_method(delivery.method)) delivery.method = "REDACTED";
  return delivery;
}

std::string Redaction::redacted_body(std::string_view body) const {
  JsonTree tree;
  if (!tree.read(body)) return redacted_json(body, tree.root(), pseudonyms_);
  return body.empty() ? "" : pseudonyms_.text(body);
}

}  // namespace farehook
