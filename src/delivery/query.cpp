#include "delivery/query.hpp"

#include "delivery/hex_digit.hpp"

namespace farehook {

namespace {

/// What an escape at the front stands for; -1 if there is none.
int escaped(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return -1;
  const int high = hex_value(text[1]), low = hex_value(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

}  // namespace

std::vector<QueryParameter> parameters_of(std::string_view query) {
  std::vector<QueryParameter> parameters;
  for (bool is_last = query.empty(); !is_last;) {
    const std::string_view each = query.substr(0, query.find('&'));
    is_last = each.size() == query.size();
    query.remove_prefix(is_last ? each.size() : each.size() + 1);
    parameters.push_back({each});
  }
  return parameters;
}

std::string without_values(std::string_view query) {
  std::string result;
  for (const QueryParameter& each : parameters_of(query)) {
    if (each.text.data() != query.data()) result += '&';
    if (each.has_value()) result.append(each.name()) += '=';
    if (!each.text.empty()) result += "[redacted]";
  }
  return result;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    const int byte = escaped(text);
    decoded += byte < 0 ? text.front() : static_cast<char>(byte);
    text.remove_prefix(byte < 0 ? 1 : 3);
  }
  return decoded;
}

bool is_percent_encoded(std::string_view text) {
  for (size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1))
    if (escaped(text.substr(at)) < 0) return false;
  return true;
}

}  // namespace farehook
