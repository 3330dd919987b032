#include "delivery/end_to_end.hpp"

#include "delivery/letter_case.hpp"

#include <algorithm>
#include <cctype>
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

/// Whether the name is an element of a list such as "close, X-Trace".
bool lists(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    std::string_view element = list.substr(0, list.find(','));
    list.remove_prefix(std::min(element.size() + 1, list.size()));
    element.remove_prefix(std::min(element.find_first_not_of(" \t"), element.size()));
    element = element.substr(0, element.find_last_not_of(" \t") + 1);
    if (lower_case(element) == name) return true;
  }
  return false;
}

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

bool is_field(std::string_view name, std::string_view value) {
  const auto is_token_character = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !name.empty() && std::ranges::all_of(name, is_token_character) &&
         value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

std::optional<std::string> unsendable_part(const Delivery& delivery) {
  const auto is_visible = [](unsigned char c) { return c > 0x20 && c != 0x7f; };
  if (!is_field(delivery.method, "")) return "the method";
  if (!delivery.path.starts_with('/') || !std::ranges::all_of(delivery.path, is_visible)) return "the path";
  if (!std::ranges::all_of(delivery.query, is_visible)) return "the query";
  for (const Header& header : delivery.headers)
    if (!is_field(header.name, header.value)) return "the header field " + header.name;
  return std::nullopt;
}

}  // namespace farehook
