#include "booking/members.hpp"

#include "delivery/json_string.hpp"

#include <charconv>
#include <stdexcept>

namespace farehook {

const JsonNode* Members::operator[](std::string_view name) const {
  const auto fields = fields_of(kind_);
  for (size_t index = 0; index < fields.size(); ++index)
    if (fields[index].name == name) return values_[index];
  throw std::logic_error("the schema has no " + std::string(name));
}

std::optional<int64_t> Members::integer(std::string_view name) const { return integer_of((*this)[name]); }

std::optional<std::string> Members::text(std::string_view name) const { return text_of((*this)[name]); }

std::optional<int64_t> integer_of(const JsonNode* value) {
  if (value == nullptr || !value->is(JsonKind::number)) return std::nullopt;
  int64_t number = 0;
  const char* end = value->text.data() + value->text.size();
  const auto [stop, error] = std::from_chars(value->text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::optional<std::string> text_of(const JsonNode* value) {
  if (value == nullptr || !value->is(JsonKind::string)) return std::nullopt;
  return unquote(value->text);
}

}  // namespace farehook
