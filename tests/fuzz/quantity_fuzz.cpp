// Any text as a duration, a size, a count, a moment, statuses: within the bounds that are promised, or none.

#include "delivery/quantity.hpp"
#include "delivery/status_set.hpp"
#include "delivery/timestamp.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace farehook;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto duration = parse_duration(text)) {
    if (duration->count() < 0 || *duration > std::chrono::hours{365 * 24}) std::abort();
    if (parse_duration(std::to_string(duration->count()) + "ms") != duration) std::abort();
  }
  if (const auto bytes = parse_size(text)) {
    if (*bytes > uint64_t{1} << 62 || parse_size(std::to_string(*bytes)) != bytes) std::abort();
  }
  if (const auto count = parse_count(text)) {
    if (text.find_first_not_of("0123456789") != std::string::npos) std::abort();
    if (parse_count(std::to_string(*count)) != count) std::abort();
  }
  if (const auto moment = from_rfc3339(text))
    if (from_rfc3339(to_rfc3339(*moment)) != moment) std::abort();
  if (const auto statuses = parse_statuses(text)) {
    bool holds_one = false;
    for (int status = -1; status <= 600; ++status) holds_one |= statuses->holds(status);
    if (!holds_one || statuses->holds(-1) || statuses->holds(600)) std::abort();
  }
  return 0;
}
