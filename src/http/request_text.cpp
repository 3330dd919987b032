#include "http/request_text.hpp"

#include "delivery/header_field.hpp"

namespace farehook {

namespace {

/// Their empty body is said to be empty (RFC 9110, 8.6).
bool has_content(std::string_view method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

}  // namespace

std::string request_head_text(const Delivery& delivery, std::string_view authority, bool closes) {
  std::string text;
  text.reserve(1024);
  const auto add = [&text](std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
  };
  text.append(delivery.method).append(" ").append(delivery.path);
  if (!delivery.query.empty()) text.append("?").append(delivery.query);
  text.append(" HTTP/1.1\r\n");
  if (!has_field(delivery.headers, "host")) add("Host", authority);
  for (const Header& header : delivery.headers)
    if (is_field(header.name, header.value)) add(header.name, header.value);
  if (!has_field(delivery.headers, "user-agent")) add("User-Agent", "farehook/" FAREHOOK_VERSION);
  if (!has_field(delivery.headers, "accept")) add("Accept", "*/*");
  if (!delivery.body.empty() || has_content(delivery.method))
    add("Content-Length", std::to_string(delivery.body.size()));
  if (closes) add("Connection", "close");
  return text.append("\r\n");
}

}  // namespace farehook
