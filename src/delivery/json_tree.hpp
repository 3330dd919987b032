#pragma once

#include "delivery/json_text.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A JSON text as a tree that can be walked any number of times: one flat array over the text, which it
// neither copies nor changes. For what can't be decided while the text passes by.

namespace farehook {

/// One value. Its parts are slices of the text, so that their addresses tell where they stand.
struct JsonNode {
  std::string_view key;   ///< as written, with quotes; empty for elements of an array and for the root
  std::string_view text;  ///< as written, whole: brackets and quotes included
  uint32_t size;          ///< the nodes of its subtree, this one included: they follow it
  JsonKind kind;

  bool is(JsonKind other) const { return kind == other; }
};

/// The values that stand directly in an object or array, in the order of the text.
class JsonChildren {
 public:
  struct Iterator {
    using value_type = JsonNode;
    using difference_type = ptrdiff_t;
    const JsonNode* node = nullptr;
    const JsonNode& operator*() const { return *node; }
    Iterator& operator++() {
      node += node->size;
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator&) const = default;
  };
  explicit JsonChildren(const JsonNode& node) : begin_{&node + 1}, end_{&node + node.size} {}
  Iterator begin() const { return begin_; }
  Iterator end() const { return end_; }

 private:
  Iterator begin_, end_;
};

inline JsonChildren children(const JsonNode& node) { return JsonChildren(node); }
size_t count_children(const JsonNode& node);

/// The last member of this name (the one that counts, as most readers have it), or none. The name has no
/// quotes and no escapes.
const JsonNode* member(const JsonNode& object, std::string_view name);

/// What a key or string as written stands for. `scratch` keeps it where the text has escapes.
std::string_view plain_text(std::string_view raw, std::string& scratch);

/// The members of an object whose key stood before in it, however it was escaped.
std::vector<const JsonNode*> repeated_members(const JsonNode& object);

/// The JSON Pointer (RFC 6901) from one node to another in its subtree: "/booking/customers/0".
std::string pointer(const JsonNode& from, const JsonNode& to);

/// The pointers of many nodes of one subtree, in one pass over it as long as they follow each other.
class PointerFinder {
 public:
  explicit PointerFinder(const JsonNode& from) : from_(&from) {}
  std::string at(const JsonNode& to);

 private:
  struct Step {
    const JsonNode* node;
    size_t index;  ///< among its siblings
  };
  void go_on_to(const JsonNode& to, const JsonNode& parent, size_t level);

  const JsonNode* from_;
  std::vector<Step> steps_;  ///< from there to where the last one led
};

class JsonTree {
 public:
  /// More values than this are not kept: 40 MB. A booking with 30 customers has 5,000.
  static constexpr size_t max_nodes = 1'000'000;

  /// Reads the text, which must outlive the tree. Returns as read_json() does; a text of more than max_nodes
  /// values is refused too. What was read before is gone, its memory is used again.
  std::optional<JsonFault> read(std::string_view text, size_t max_depth = max_json_depth);

  const JsonNode& root() const { return nodes_.front(); }
  /// How deep its objects and arrays nest.
  size_t depth() const { return depth_; }

 private:
  std::vector<JsonNode> nodes_;
  size_t depth_ = 0;
};

}  // namespace farehook
