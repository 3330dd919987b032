#include "delivery/json_tree.hpp"

#include "delivery/json_string.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace farehook {

namespace {

/// Keeps each value as it passes by; an object or array is completed when it closes.
class TreeBuilder : public JsonVisitor {
 public:
  explicit TreeBuilder(std::vector<JsonNode>& nodes) : nodes_(nodes) {}

  void key(std::string_view raw) override { key_ = raw; }

  void scalar(JsonKind kind, std::string_view raw) override { add(kind, raw); }

  void open(JsonKind kind, const char* at) override {
    opened_[depth_++] = nodes_.size();
    most_depth_ = std::max(most_depth_, depth_);
    add(kind, {at, 1});
  }

  void close(JsonKind /*kind*/, const char* end) override {
    const size_t index = opened_[--depth_];
    if (index >= nodes_.size()) return;  // one of those that are not kept
    JsonNode& node = nodes_[index];
    node.text = {node.text.data(), static_cast<size_t>(end - node.text.data())};
    node.size = static_cast<uint32_t>(nodes_.size() - index);
  }

  const char* first_not_kept() const { return first_not_kept_; }
  size_t most_depth() const { return most_depth_; }

 private:
  void add(JsonKind kind, std::string_view text) {
    if (nodes_.size() < JsonTree::max_nodes)
      nodes_.push_back({key_, text, 1, kind});
    else if (first_not_kept_ == nullptr)
      first_not_kept_ = text.data();
    key_ = {};
  }

  std::vector<JsonNode>& nodes_;
  std::string_view key_;
  std::array<size_t, most_json_depth + 1> opened_{};
  size_t depth_ = 0, most_depth_ = 0;
  const char* first_not_kept_ = nullptr;
};

/// Up to here each key is compared with all before it: faster than a set.
constexpr uint32_t few_members = 64;

bool is_small_and_plain(const JsonNode& object) {
  uint32_t count = 0;
  for (const JsonNode& each : children(object))
    if (++count > few_members || each.key.find('\\') != std::string_view::npos) return false;
  return true;
}

void append_reference_token(std::string& pointer, std::string_view name) {
  for (const char c : name) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
}

}  // namespace

size_t count_children(const JsonNode& node) {
  return static_cast<size_t>(std::ranges::distance(children(node)));
}

const JsonNode* member(const JsonNode& object, std::string_view name) {
  if (!object.is(JsonKind::object)) return nullptr;
  const JsonNode* found = nullptr;
  std::string scratch;
  for (const JsonNode& each : children(object))
    if (plain_text(each.key, scratch) == name) found = &each;
  return found;
}

std::string_view plain_text(std::string_view raw, std::string& scratch) {
  if (raw.find('\\') == std::string_view::npos) return raw.substr(1, raw.size() - 2);
  scratch = unquote(raw);
  return scratch;
}

std::vector<const JsonNode*> repeated_members(const JsonNode& object) {
  std::vector<const JsonNode*> repeated;
  if (is_small_and_plain(object)) {
    for (const JsonNode& each : children(object))
      for (const JsonNode* before = &object + 1; before != &each; before += before->size)
        if (before->key == each.key) {
          repeated.push_back(&each);
          break;
        }
    return repeated;
  }
  std::unordered_set<std::string> seen;
  std::string scratch;
  for (const JsonNode& each : children(object))
    if (!seen.emplace(plain_text(each.key, scratch)).second) repeated.push_back(&each);
  return repeated;
}

std::string pointer(const JsonNode& from, const JsonNode& to) { return PointerFinder(from).at(to); }

std::string PointerFinder::at(const JsonNode& to) {
  std::string path, scratch;
  const JsonNode* parent = from_;
  for (size_t level = 0; parent != &to; ++level) {
    go_on_to(to, *parent, level);
    const Step& step = steps_[level];
    path += '/';
    if (parent->is(JsonKind::object))
      append_reference_token(path, plain_text(step.node->key, scratch));
    else
      path += std::to_string(step.index);
    parent = step.node;
  }
  return path;
}

/// Leads the step of this level to the child of `parent` in which the node stands.
void PointerFinder::go_on_to(const JsonNode& to, const JsonNode& parent, size_t level) {
  if (level < steps_.size() && &to < steps_[level].node) steps_.resize(level);
  if (level == steps_.size()) steps_.push_back({&parent + 1, 0});
  Step& step = steps_[level];
  while (&to >= step.node + step.node->size) {
    step.node += step.node->size;
    ++step.index;
    steps_.resize(level + 1);
  }
}

std::optional<JsonFault> JsonTree::read(std::string_view text, size_t max_depth) {
  nodes_.clear();
  TreeBuilder builder(nodes_);
  if (auto fault = read_json(text, builder, max_depth)) return fault;
  depth_ = builder.most_depth();
  if (builder.first_not_kept() != nullptr)
    return JsonFault{static_cast<size_t>(builder.first_not_kept() - text.data()),
                     "more than 1,000,000 values"};
  return std::nullopt;
}

}  // namespace farehook
