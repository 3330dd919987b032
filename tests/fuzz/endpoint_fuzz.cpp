// Any text as a URL: what is read is the same when it is read again, and its credentials are never in it.

#include "delivery/endpoint.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace farehook;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto parsed = parse_endpoint(text);
  if (const auto* fault = std::get_if<EndpointFault>(&parsed)) {
    // A reason is a sentence of ours: nothing of a text that may hold a password.
    if (fault->reason.empty() || fault->reason.size() > 200) std::abort();
    return 0;
  }
  const auto& endpoint = std::get<Endpoint>(parsed);
  if (endpoint.host.empty() || endpoint.port < 1 || endpoint.port > 65535) std::abort();
  if (endpoint.path.empty() || endpoint.path.front() != '/') std::abort();
  // These stand in a request's head: nothing may end a line of it.
  for (const std::string& part : {endpoint.target(), endpoint.authority(), endpoint.url(endpoint.target())})
    if (part.find_first_of(std::string("\r\n\0 ", 4)) != std::string::npos) std::abort();
  const auto again = parse_endpoint(endpoint.url(endpoint.target()));
  Endpoint expected = endpoint;
  expected.credentials.clear();
  if (!std::holds_alternative<Endpoint>(again) || !(std::get<Endpoint>(again) == expected)) std::abort();
  return 0;
}
