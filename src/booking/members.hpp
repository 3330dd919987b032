#pragma once

#include "booking/schema.hpp"
#include "delivery/json_tree.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace farehook {

/// The members of one object by their names in the schema: those that its reader has set. Of a key that
/// stands there twice it is the last.
class Members {
 public:
  explicit Members(ObjectKind kind) : kind_(kind) {}

  /// `field` is an index into fields_of(kind()).
  void set(size_t field, const JsonNode& value) { values_[field] = &value; }

  ObjectKind kind() const { return kind_; }

  /// The member's value, or null where there is none. The name must be one of fields_of(kind()).
  const JsonNode* operator[](std::string_view name) const;

  /// Nothing where the member is of another type, is not there, or does not fit into 64 bits. 3.0 and 30e-1
  /// are 3.
  std::optional<int64_t> integer(std::string_view name) const;
  std::optional<std::string> text(std::string_view name) const;

 private:
  ObjectKind kind_;
  std::array<const JsonNode*, max_fields> values_{};
};

/// The same of values wherever they stand; null counts as absent.
std::optional<int64_t> integer_of(const JsonNode* value);
std::optional<std::string> text_of(const JsonNode* value);

}  // namespace farehook
