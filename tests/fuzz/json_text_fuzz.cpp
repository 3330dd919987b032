// Any bytes: the reader ends, its fault lies within the text, and it takes what nlohmann::json takes.

#include "delivery/json_string.hpp"
#include "delivery/json_text.hpp"
#include "delivery/utf8.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

struct Strings : farehook::JsonVisitor {
  void key(std::string_view raw) override { check(raw); }
  void scalar(farehook::JsonKind kind, std::string_view raw) override {
    if (kind == farehook::JsonKind::string) check(raw);
  }
  static void check(std::string_view raw) {
    const std::string text = farehook::unquote(raw);
    std::string quoted;
    farehook::append_quoted(quoted, text);
    if (!farehook::is_utf8(text) || farehook::unquote(quoted) != text) std::abort();
  }
};

size_t depth_of(const std::string& text) {
  size_t depth = 0, deepest = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') deepest = std::max(deepest, ++depth);
    if ((c == ']' || c == '}') && depth > 0) --depth;
  }
  return deepest;
}

bool is_too_large_a_number(const std::string& text) {
  try {
    const auto value = nlohmann::json::parse(text);
    return value.is_discarded();
  } catch (const nlohmann::json::out_of_range&) {
    return true;
  } catch (const nlohmann::json::exception&) {
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Strings strings;
  const auto fault = farehook::read_json(text, strings);
  if (fault && fault->offset > size) std::abort();
  const bool is_exception = text.find('\0') != std::string::npos ||
                            depth_of(text) > farehook::max_json_depth || is_too_large_a_number(text);
  if (!is_exception && nlohmann::json::accept(text) == fault.has_value()) std::abort();
  return 0;
}
