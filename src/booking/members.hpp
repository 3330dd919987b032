#pragma once

#include "booking/schema.hpp"
#include "delivery/json_tree.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace farehook {

/// The members of one object that are what the schema says they are: what rules reason about. A value of
/// the wrong type has been found already, and is not among them.
class Members {
 public:
  Members(const JsonNode& object, ObjectKind kind) : object_(object), kind_(kind) {}

  void set(size_t field, const JsonNode& value) { values_[field] = &value; }

  const JsonNode& object() const { return object_; }
  ObjectKind kind() const { return kind_; }

  /// The member's value, or null where there is none. The name must be one of fields_of(kind()).
  const JsonNode* operator[](std::string_view name) const;

  bool is_null(std::string_view name) const;
  /// Nothing where the member is null, is not there, or does not fit into 64 bits.
  std::optional<int64_t> integer(std::string_view name) const;
  std::optional<std::string> text(std::string_view name) const;

 private:
  const JsonNode& object_;
  ObjectKind kind_;
  std::array<const JsonNode*, max_fields> values_{};
};

/// The same of values wherever they stand; null counts as absent.
std::optional<int64_t> integer_of(const JsonNode* value);
std::optional<std::string> text_of(const JsonNode* value);

}  // namespace farehook
