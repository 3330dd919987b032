#include "delivery/json_edit.hpp"

#include "delivery/json_string.hpp"
#include "delivery/json_tree.hpp"
#include "delivery/utf8.hpp"

#include <algorithm>

namespace farehook {

namespace {

std::string unescaped(std::string_view token) {
  std::string result;
  for (size_t at = 0; at < token.size(); ++at) {
    if (token[at] == '~' && at + 1 < token.size() && (token[at + 1] == '0' || token[at + 1] == '1'))
      result += token[++at] == '0' ? '~' : '/';
    else
      result += token[at];
  }
  return result;
}

/// Whether each ~ is followed by 0 or 1, and the pointer begins with a slash or is empty.
bool is_pointer(std::string_view text) {
  if (!text.empty() && text.front() != '/') return false;
  for (size_t at = text.find('~'); at != std::string_view::npos; at = text.find('~', at + 1))
    if (at + 1 >= text.size() || (text[at + 1] != '0' && text[at + 1] != '1')) return false;
  return is_utf8(text);
}

const JsonNode* element(const JsonNode& array, const std::string& index) {
  if (index.empty() || index.size() > 9 || index.find_first_not_of("0123456789") != std::string::npos ||
      (index.size() > 1 && index[0] == '0'))
    return nullptr;
  auto left = std::stoul(index);
  for (const JsonNode& each : children(array))
    if (left-- == 0) return &each;
  return nullptr;
}

const JsonNode* child(const JsonNode& node, const std::string& token) {
  if (node.is(JsonKind::array)) return element(node, token);
  return member(node, token);
}

}  // namespace

std::optional<std::string> parse_json_edit(std::string_view text, JsonEdit& into) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos) return "it is not POINTER=JSON, such as /booking/pk=7";
  into = {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
  if (!is_pointer(into.pointer)) return "\"" + into.pointer + "\" is no JSON pointer such as /booking/status";
  JsonTree tree;
  if (tree.read(into.value))
    return "\"" + into.value +
           "\" is no JSON value; a text stands in double quotes, which the shell must leave: "
           "'/booking/status=\"cancelled\"'";
  into.value =
      std::string(tree.root().text);  // without a byte order mark, which may stand before a text only
  return std::nullopt;
}

std::optional<std::string> with_edit(std::string_view text, const JsonEdit& edit) {
  JsonTree tree;
  if (tree.read(text)) return std::nullopt;
  const JsonNode* parent = nullptr;
  const JsonNode* node = &tree.root();
  std::string token;
  std::string_view rest = edit.pointer;
  while (!rest.empty()) {
    if (node == nullptr) return std::nullopt;
    rest.remove_prefix(1);
    token = unescaped(rest.substr(0, rest.find('/')));
    rest.remove_prefix(std::min(rest.find('/'), rest.size()));
    parent = node;
    node = child(*parent, token);
  }
  const auto replaced = [text](const char* at, size_t length, const std::string& by) {
    const auto offset = static_cast<size_t>(at - text.data());
    return std::string(text.substr(0, offset)) + by + std::string(text.substr(offset + length));
  };
  if (node != nullptr) return replaced(node->text.data(), node->text.size(), edit.value);
  const bool is_object = parent->is(JsonKind::object);
  const bool appends =
      parent->is(JsonKind::array) && (token == "-" || token == std::to_string(count_children(*parent)));
  if (!is_object && !appends) return std::nullopt;
  std::string added = parent->size > 1 ? "," : "";
  if (is_object) {
    append_quoted(added, token);
    added += ':';
  }
  return replaced(parent->text.data() + parent->text.size() - 1, 0, added + edit.value);
}

}  // namespace farehook
