// Any text as an argument: a URL is the same when it is read again, and an edited JSON text is JSON.

#include "delivery/answer_plan.hpp"
#include "delivery/endpoint.hpp"
#include "delivery/json_edit.hpp"
#include "delivery/json_text.hpp"
#include "delivery/quantity.hpp"
#include "delivery/status_set.hpp"
#include "delivery/timestamp.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace farehook;

namespace {

void check_endpoint(const std::string& text) {
  const auto parsed = parse_endpoint(text);
  const auto* endpoint = std::get_if<Endpoint>(&parsed);
  if (endpoint == nullptr) return;
  const auto again = parse_endpoint(endpoint->url());
  Endpoint expected = *endpoint;
  expected.credentials.clear();
  if (!std::holds_alternative<Endpoint>(again) || !(std::get<Endpoint>(again) == expected)) std::abort();
}

void check_edit(const std::string& text) {
  JsonEdit edit;
  if (parse_json_edit(text, edit)) return;
  for (const char* document : {R"({"a":[1,{"b":null}],"a/b":{}})", "[[],{}]", "7"}) {
    const auto edited = with_edit(document, edit);
    JsonVisitor nothing;
    if (edited && read_json(*edited, nothing)) {
      // Only that the value nests too deep for where it is put.
      if (std::string(read_json(*edited, nothing)->reason) != "nested too deep") std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_endpoint(text);
  check_edit(text);
  if (const auto plan = parse_answer_plan(text); plan && (plan->empty() || plan->size() > 1000)) std::abort();
  if (const auto duration = parse_duration(text); duration && duration->count() < 0) std::abort();
  static_cast<void>(parse_statuses(text));
  static_cast<void>(parse_size(text));
  static_cast<void>(from_rfc3339(text));
  return 0;
}
