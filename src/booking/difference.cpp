#include "booking/difference.hpp"

#include "booking/value_digest.hpp"
#include "delivery/json_tree.hpp"

#include <algorithm>

namespace farehook {

namespace {

/// An object's members by name; of those of one name the last, as most readers have it.
class MembersByName {
 public:
  explicit MembersByName(const JsonNode& object) {
    for (const JsonNode& each : children(object)) members_.push_back({string_digest(each.key), &each});
    std::ranges::stable_sort(members_, {}, &Entry::digest);
  }

  const JsonNode* find(const JsonNode& like) const {
    const uint64_t digest = string_digest(like.key);
    const auto behind = std::ranges::upper_bound(members_, digest, {}, &Entry::digest);
    if (behind == members_.begin() || (behind - 1)->digest != digest) return nullptr;
    return (behind - 1)->node;
  }

 private:
  struct Entry {
    uint64_t digest;
    const JsonNode* node;
  };
  std::vector<Entry> members_;
};

class Comparison {
 public:
  Comparison(const JsonNode& before, const JsonNode& after, size_t max_depth)
      : before_(before), after_(after), max_depth_(max_depth) {
    compare(before, after, 0);
  }

  const std::vector<std::string>& found() const { return found_; }
  bool is_too_long() const { return found_.size() > max_differences; }

 private:
  /// Returns whether the values differ, and notes where: not below max_depth_.
  bool compare(const JsonNode& before, const JsonNode& after, size_t depth) {
    if (is_too_long()) return true;
    if (before.kind != after.kind) return note(after_, after, depth);
    if (before.text == after.text) return false;
    const bool is_object = after.is(JsonKind::object);
    if (!is_object && !after.is(JsonKind::array))
      return scalar_digest(before.kind, before.text) != scalar_digest(after.kind, after.text) &&
             note(after_, after, depth);
    const size_t found_before = found_.size();
    const bool differs =
        is_object ? compare_members(before, after, depth + 1) : compare_elements(before, after, depth + 1);
    if (differs && found_.size() == found_before) note(after_, after, depth);
    return differs;
  }

  bool compare_members(const JsonNode& before, const JsonNode& after, size_t depth) {
    const MembersByName old_members(before), new_members(after);
    bool differs = false;
    for (const JsonNode& each : children(after)) {
      if (new_members.find(each) != &each) continue;
      const JsonNode* old = old_members.find(each);
      differs |= old == nullptr ? note(after_, each, depth) : compare(*old, each, depth);
    }
    for (const JsonNode& each : children(before))
      if (old_members.find(each) == &each && new_members.find(each) == nullptr)
        differs |= note(before_, each, depth);
    return differs;
  }

  bool compare_elements(const JsonNode& before, const JsonNode& after, size_t depth) {
    bool differs = false;
    auto old = children(before).begin(), fresh = children(after).begin();
    const auto old_end = children(before).end(), fresh_end = children(after).end();
    for (; old != old_end && fresh != fresh_end; ++old, ++fresh) differs |= compare(*old, *fresh, depth);
    for (; fresh != fresh_end; ++fresh) differs |= note(after_, *fresh, depth);
    for (; old != old_end; ++old) differs |= note(before_, *old, depth);
    return differs;
  }

  /// Returns true: what is noted differs.
  bool note(const JsonNode& root, const JsonNode& node, size_t depth) {
    if (depth <= max_depth_ && !is_too_long()) found_.push_back(pointer(root, node));
    return true;
  }

  const JsonNode &before_, &after_;
  const size_t max_depth_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> differences(std::string_view before, std::string_view after) {
  if (before == after) return {};
  if (std::max(before.size(), after.size()) > max_compared_bytes) return {""};
  JsonTree old_tree, new_tree;
  if (old_tree.read(before) || new_tree.read(after)) return {""};
  // The members of a booking stand two levels deep.
  for (const size_t max_depth : {max_json_depth, size_t{2}, size_t{1}}) {
    const Comparison comparison(old_tree.root(), new_tree.root(), max_depth);
    if (!comparison.is_too_long()) return comparison.found();
  }
  return {""};
}

}  // namespace farehook
