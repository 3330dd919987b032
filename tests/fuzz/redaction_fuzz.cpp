// Any bytes as a body: what is redacted is JSON of the same structure, and a planted name is gone. Where the
// bytes hold "Birgit" it counts as planted; and it is planted where a booking has its texts.

#include "booking/redaction.hpp"
#include "delivery/json_text.hpp"
#include "delivery/json_tree.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace farehook;

constexpr std::string_view planted = "Quentin Ash-Winterbourne";

/// Not secret, but quick, and different for all that differs.
std::array<unsigned char, 32> hash(std::string_view text) {
  std::array<unsigned char, 32> digest{};
  uint64_t state = 0xcbf29ce484222325;
  for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  for (unsigned char& byte : digest) {
    state = state * 6364136223846793005 + 1442695040888963407;
    byte = static_cast<unsigned char>(state >> 56);
  }
  return digest;
}

void expect(bool holds) {
  if (!holds) std::abort();
}

/// Reads what can't be read as something that fits the other's place.
bool is_alike(const JsonNode& a, const JsonNode& b) {
  if (a.kind != b.kind || a.size != b.size || a.key.empty() != b.key.empty()) return false;
  if (a.is(JsonKind::boolean) || a.is(JsonKind::null)) return a.text == b.text;
  if (!a.is(JsonKind::object) && !a.is(JsonKind::array)) return true;
  auto other = children(b).begin();
  for (const JsonNode& each : children(a)) {
    if (!is_alike(each, *other)) return false;
    ++other;
  }
  return true;
}

void check(const std::string& text) {
  static const Redaction redaction(hash, [](std::string_view) { return std::string(64, '0'); });
  const std::string now = redaction.redacted_body(text);
  JsonTree before, after;
  if (before.read(text)) {
    expect(text.empty() ? now.empty() : now.rfind("redacted-", 0) == 0 && now.size() == 21);
    return;
  }
  expect(!after.read(now));
  expect(is_alike(before.root(), after.root()));
  expect(redaction.redacted_body(text) == now);
  expect(now.size() <= 64 + 40 * text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check(text);
  JsonVisitor nothing;
  if (size > 20'000 || read_json(text, nothing, max_json_depth - 4)) return 0;
  // The fuzzer's value as a neighbour, under a key that is not documented, and its text around the name.
  static const Redaction redaction(hash, [](std::string_view) { return std::string(64, '0'); });
  const std::string value = text.substr(text.starts_with("\xef\xbb\xbf") ? 3 : 0), name(planted);
  const std::string body = R"({"booking":{"lodging":[")" + name + R"(",)" + value + R"(],"uuid":)" + value +
                           R"(,"note":"x )" + name + R"(","contact":{"name":")" + name + R"(","email":)" +
                           value + R"(},"custom_field_values":[{"custom_field":)" + value + R"(,"value":")" +
                           name + R"(","display_value":")" + name +
                           R"("}],"availability":{"headline":"for )" + name + R"("},")" + name + R"(":)" +
                           value + "}}";
  check(body);
  if (text.find("Quentin") == std::string::npos)
    expect(redaction.redacted_body(body).find("Quentin") == std::string::npos);
  return 0;
}
