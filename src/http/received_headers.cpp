#include "http/received_headers.hpp"

#include <algorithm>

namespace farehook {

namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

bool is_added_by_library(const httplib::Request& request, const std::string& name, const std::string& value) {
  if (!library_adds_headers) return false;
  if (name == "remote_addr") return value == request.remote_addr;
  if (name == "remote_port") return value == std::to_string(request.remote_port);
  if (name == "local_addr") return value == request.local_addr;
  if (name == "local_port") return value == std::to_string(request.local_port);
  return false;
}

}  // namespace

std::vector<Header> received_headers(const httplib::Request& request) {
  std::vector<Header> headers;
  for (const auto& [name, value] : request.headers) {
    const std::string lower = lower_case(name);
    if (is_added_by_library(request, lower, value)) continue;
    const auto same = std::find_if(headers.begin(), headers.end(),
                                   [&](const Header& header) { return header.name == lower; });
    if (same == headers.end())
      headers.push_back({lower, value});
    else
      same->value = library_hashes_headers ? value + ", " + same->value : same->value + ", " + value;
  }
  if (library_hashes_headers)
    std::sort(headers.begin(), headers.end(),
              [](const Header& a, const Header& b) { return a.name < b.name; });
  return headers;
}

std::vector<std::string> values_of(const httplib::Headers& headers, const char* name) {
  std::vector<std::string> values;
  const auto [first, last] = headers.equal_range(name);
  for (auto field = first; field != last; ++field) values.push_back(field->second);
  return values;
}

}  // namespace farehook
