#include "delivery/end_to_end.hpp"

#include "delivery/header_field.hpp"
#include "delivery/letter_case.hpp"

#include <algorithm>
#include <iterator>

namespace farehook {

namespace {

constexpr std::string_view not_sent_on[] = {"accept-encoding",
                                            "connection",
                                            "content-length",
                                            "expect",
                                            "host",
                                            "keep-alive",
                                            "proxy-connection",
                                            "te",
                                            "trailer",
                                            "transfer-encoding",
                                            "upgrade"};

}  // namespace

std::vector<Header> end_to_end_headers(const std::vector<Header>& received, const std::vector<Header>& set) {
  const auto named = [](const std::string& name) {
    return [&name](const Header& header) { return lower_case(header.name) == name; };
  };
  std::vector<Header> sent;
  for (const Header& header : received) {
    const std::string name = lower_case(header.name);
    const bool is_of_connection = std::ranges::any_of(received, [&](const Header& each) {
      return lower_case(each.name) == "connection" && lists(each.value, name);
    });
    if (is_of_connection || header.value == "[redacted]") continue;
    if (std::ranges::find(not_sent_on, name) != std::end(not_sent_on)) continue;
    if (std::ranges::none_of(set, named(name))) sent.push_back({name, header.value});
  }
  sent.insert(sent.end(), set.begin(), set.end());
  return sent;
}

Delivery addressed_to(const Endpoint& endpoint, Delivery delivery, bool keeps_path,
                      const std::vector<Header>& set) {
  if (keeps_path) {
    const size_t length = endpoint.path.size() - (endpoint.path.ends_with('/') ? 1 : 0);
    delivery.path.insert(0, endpoint.path, 0, length);
  } else {
    delivery.path = endpoint.path;
    delivery.query = endpoint.query;
  }
  delivery.headers = end_to_end_headers(delivery.headers, set);
  return delivery;
}

std::optional<std::string> unsendable_part(const Delivery& delivery) {
  const auto is_visible = [](unsigned char c) { return c > 0x20 && c != 0x7f; };
  if (!is_token(delivery.method)) return "the method";
  if (!delivery.path.starts_with('/') || !std::ranges::all_of(delivery.path, is_visible)) return "the path";
  if (!std::ranges::all_of(delivery.query, is_visible)) return "the query";
  for (const Header& header : delivery.headers)
    if (!is_field(header.name, header.value)) return "the header field " + header.name;
  return std::nullopt;
}

}  // namespace farehook
