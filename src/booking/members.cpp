#include "booking/members.hpp"

#include "delivery/json_string.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>

namespace farehook {

namespace {

/// Nothing if the text is more than digits behind a sign, or too large.
template <class Integer>
std::optional<Integer> integer(std::string_view text) {
  Integer number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

/// The same number in digits only: "-30" of "-3.0e1"; "" if it is not whole, or has an exponent that no 64
/// bits hold.
std::string without_exponent(std::string_view number) {
  const size_t mark = std::min(number.find_first_of("eE"), number.size());
  std::string digits(number.substr(0, mark));
  int64_t exponent = 0;
  if (mark < number.size()) {
    const size_t begin = mark + (number.substr(mark + 1).starts_with('+') ? 2 : 1);
    exponent = integer<int32_t>(number.substr(begin)).value_or(std::numeric_limits<int32_t>::max());
  }
  if (const size_t point = digits.find('.'); point != std::string::npos) {
    exponent -= static_cast<int64_t>(digits.size() - point - 1);
    digits.erase(point, 1);
  }
  if (digits.find_first_of("123456789") == std::string::npos) return "0";
  for (; exponent < 0 && digits.ends_with('0'); ++exponent) digits.pop_back();
  if (exponent < 0 || exponent > std::numeric_limits<int64_t>::digits10) return "";
  return digits.append(static_cast<size_t>(exponent), '0');
}

}  // namespace

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
  if (const auto number = integer<int64_t>(value->text)) return number;
  return integer<int64_t>(without_exponent(value->text));
}

std::optional<std::string> text_of(const JsonNode* value) {
  if (value == nullptr || !value->is(JsonKind::string)) return std::nullopt;
  return unquote(value->text);
}

}  // namespace farehook
