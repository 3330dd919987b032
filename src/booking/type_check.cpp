#include "booking/type_check.hpp"

#include "booking/consistency.hpp"
#include "booking/key_hint.hpp"
#include "booking/members.hpp"
#include "booking/value_form.hpp"
#include "delivery/json_string.hpp"
#include "delivery/spelling.hpp"
#include "delivery/utf8.hpp"

#include <algorithm>
#include <bitset>
#include <cmath>
#include <cstdlib>

namespace farehook {

namespace {

std::string in_backticks(std::string_view name) { return "`" + std::string(name) + "`"; }

std::string_view words(const JsonNode& node) {
  switch (node.kind) {
    case JsonKind::object:
      return "an object";
    case JsonKind::array:
      return "an array";
    case JsonKind::string:
      return "a string";
    case JsonKind::number:
      return node.text.find_first_of(".eE") == std::string_view::npos ? "an integer" : "a fraction";
    case JsonKind::boolean:
      return "a boolean";
    case JsonKind::null:
      break;
  }
  return "null";
}

std::string_view words(ValueType type) {
  switch (type) {
    case ValueType::string:
      return "a string";
    case ValueType::integer:
      return "an integer";
    case ValueType::number:
      return "a number";
    case ValueType::boolean:
      return "a boolean";
    case ValueType::object:
      return "an object";
    case ValueType::array:
      return "an array";
    case ValueType::anything:
      break;
  }
  return "anything";
}

/// As JSON Schema has it: 3, 3.0 and 30e-1 are integers. Exponents are rare, and taken for what a double
/// makes of them.
bool is_integer(std::string_view number) {
  if (number.find_first_of("eE") != std::string_view::npos) {
    const double value = std::strtod(std::string(number).c_str(), nullptr);
    return value == std::nearbyint(value) && std::isfinite(value);
  }
  const size_t point = number.find('.');
  return point == std::string_view::npos ||
         number.find_first_not_of('0', point + 1) == std::string_view::npos;
}

bool has_type(const JsonNode& node, ValueType type) {
  switch (type) {
    case ValueType::string:
      return node.is(JsonKind::string);
    case ValueType::integer:
      return node.is(JsonKind::number) && is_integer(node.text);
    case ValueType::number:
      return node.is(JsonKind::number);
    case ValueType::boolean:
      return node.is(JsonKind::boolean);
    case ValueType::object:
      return node.is(JsonKind::object);
    case ValueType::array:
      return node.is(JsonKind::array);
    case ValueType::anything:
      break;
  }
  return true;
}

/// What FareHarbor sends there: "a string or null".
std::string wanted_words(const Value& value) {
  return std::string(words(value.type)) + (value.is_nullable ? " or null" : "");
}

std::string null_remedy(const Value& value, bool is_identity) {
  if (value.type == ValueType::array) return "Where there is none it is [].";
  if (value.type == ValueType::string && value.form == Form::any && !is_identity)
    return "A text that is not set is \"\".";
  return "";
}

/// What to write instead, where it can be told.
std::string type_remedy(const JsonNode& node, const Value& value) {
  const std::string_view text = node.text;
  const bool is_number_wanted = value.type == ValueType::integer || value.type == ValueType::number;
  if (node.is(JsonKind::string) && is_number_wanted && text.size() > 2 &&
      text.find_first_not_of("0123456789", 1) == text.size() - 1)
    return "Write " + std::string(text.substr(1, text.size() - 2)) + " without quotes.";
  if (value.form == Form::amount && (node.is(JsonKind::string) || node.is(JsonKind::number)))
    return "An amount is a whole number of the currency's smallest unit: 3182 for 31.82.";
  if (node.is(JsonKind::string) && value.type == ValueType::boolean) {
    const std::string word = unquote(text);
    if (word == "true" || word == "false") return "Write " + word + " without quotes.";
  }
  if (value.type == ValueType::string && (node.is(JsonKind::number) || node.is(JsonKind::boolean)) &&
      text.size() < 40)
    return "Write \"" + std::string(text) + "\".";
  return "";
}

std::string listed(std::span<const std::string_view> values, std::string_view last) {
  std::string text;
  for (size_t index = 0; index < values.size(); ++index) {
    if (index > 0) text += index + 1 == values.size() ? last : ", ";
    text += values[index];
  }
  return text;
}

/// What a receiver can do nothing without.
bool is_identity(ObjectKind kind, std::string_view name) {
  if (kind == ObjectKind::envelope) return name == "booking" || name == "item";
  if (kind == ObjectKind::item) return name == "pk";
  return kind == ObjectKind::booking && (name == "uuid" || name == "pk" || name == "status");
}

class TypeCheck {
 public:
  TypeCheck(PayloadType type, Finder& finder) : type_(type), finder_(finder) {}

  void check_object(const JsonNode& node, ObjectKind kind) {
    const auto fields = fields_of(kind);
    Members members(kind);
    std::bitset<max_fields> seen;
    for (const JsonNode& each : children(node)) {
      const size_t index = field_index(fields, each.key);
      if (index == fields.size() || (fields[index].presence.known & set_of(type_)) == 0) {
        add_unknown_key(each, kind, index < fields.size());
        continue;
      }
      const Field& field = fields[index];
      seen.set(index);
      if (field.is_undocumented()) {
        if (!is_open(kind, type_))
          finder_.add_at_key(each, "undocumented-key", [&] {
            return FindingWords{in_backticks(field.name) + " is in none of FareHarbor's documents", ""};
          });
      } else if (check_value(each, field, kind)) {
        members.set(index, each);
      }
    }
    for (size_t index = 0; index < fields.size(); ++index)
      if (!seen[index] && (fields[index].presence.required & set_of(type_)) != 0)
        add_missing(node, fields[index], kind);
    check_consistency(members, complain_);
  }

 private:
  /// The index of the field whose key this is, or fields.size().
  size_t field_index(std::span<const Field> fields, std::string_view raw_key) {
    const std::string_view key = plain_text(raw_key, scratch_);
    size_t index = 0;
    while (index < fields.size() && fields[index].name != key) ++index;
    return index;
  }

  /// Returns whether the value is known, and of the type that the field has.
  bool check_value(const JsonNode& node, const Field& field, ObjectKind kind) {
    const Value& wanted = field.value;
    if (finder_.is_unknown(node)) return false;
    if (node.is(JsonKind::null)) {
      if (wanted.is_nullable) return true;
      const bool identity = is_identity(kind, field.name);
      finder_.add_at(node, identity ? "missing-identity" : "null", [&] {
        return FindingWords{
            in_backticks(field.name) + " is null; FareHarbor always sends " + wanted_words(wanted),
            null_remedy(wanted, identity)};
      });
      return false;
    }
    if (!has_type(node, wanted.type)) {
      finder_.add_at(node, "type", [&] {
        return FindingWords{in_backticks(field.name) + " is " + std::string(words(node)) +
                                "; FareHarbor sends " + wanted_words(wanted),
                            type_remedy(node, wanted)};
      });
      return false;
    }
    if (wanted.type == ValueType::object) check_object(node, wanted.of);
    if (wanted.type == ValueType::array) return check_elements(node, field);
    if (wanted.type == ValueType::string) check_text(node, field);
    if (node.is(JsonKind::number)) check_form_of(node, field, node.text);
    return true;
  }

  /// Returns whether all are there, and objects.
  bool check_elements(const JsonNode& array, const Field& field) {
    bool all_fit = true;
    for (const JsonNode& each : children(array)) {
      if (each.is(JsonKind::object)) {
        check_object(each, field.value.of);
        continue;
      }
      all_fit = false;
      if (finder_.is_unknown(each)) continue;
      finder_.add_at(each, each.is(JsonKind::null) ? "null" : "type", [&] {
        return FindingWords{"An element of " + in_backticks(field.name) + " is " + std::string(words(each)) +
                                "; FareHarbor sends objects",
                            ""};
      });
    }
    return all_fit;
  }

  void check_text(const JsonNode& node, const Field& field) {
    const Value& wanted = field.value;
    const std::string_view text = plain_text(node.text, scratch_);
    if (wanted.max_length > 0 && text.size() > wanted.max_length && utf8_length(text) > wanted.max_length)
      finder_.add_at(node, "too-long", [&] {
        return FindingWords{in_backticks(field.name) + " has " + std::to_string(utf8_length(text)) +
                                " characters; FareHarbor's limit is " + std::to_string(wanted.max_length),
                            ""};
      });
    if (!wanted.values.empty() && std::ranges::find(wanted.values, text) == wanted.values.end())
      finder_.add_at(node, wanted.is_enum ? "enum" : "undocumented-value", [&] {
        const std::string hint = nearest(text, wanted.values);
        return FindingWords{in_backticks(field.name) + " is " + excerpt(node.text) + "; " +
                                (wanted.is_enum ? "FareHarbor sends " + listed(wanted.values, " or ")
                                                : "documented are " + listed(wanted.values, " and ")),
                            hint.empty() ? "" : "Is it \"" + hint + "\"?"};
      });
    check_form_of(node, field, text);
  }

  void check_form_of(const JsonNode& node, const Field& field, std::string_view text) {
    if (const auto fault = check_form(field.value.form, text))
      finder_.add_at(node, fault->rule, [&] {
        return FindingWords{in_backticks(field.name) + " " + fault->message, fault->remedy};
      });
  }

  void add_unknown_key(const JsonNode& node, ObjectKind kind, bool is_of_another_type) {
    if (is_open(kind, type_)) return;
    finder_.add_at_key(node, "unknown-key", [&] {
      const std::string_view name = plain_text(node.key, scratch_);
      if (is_of_another_type)
        return FindingWords{
            in_backticks(name) + " is not part of the data type " + std::string(to_string(type_)), ""};
      return FindingWords{in_backticks(excerpt(name)) + " is not a key that FareHarbor is known to send in " +
                              std::string(to_string(kind)),
                          key_hint(name, kind)};
    });
  }

  void add_missing(const JsonNode& object, const Field& field, ObjectKind kind) {
    const bool identity = is_identity(kind, field.name);
    finder_.add_missing(object, field.name, identity ? "missing-identity" : "missing", [&] {
      return FindingWords{in_backticks(field.name) + " is missing in " + std::string(to_string(kind)) +
                              "; FareHarbor always sends " + wanted_words(field.value),
                          ""};
    });
  }

  static std::string excerpt(std::string_view text) {
    constexpr size_t enough = 60;
    if (text.size() <= enough) return std::string(text);
    size_t end = enough;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return std::string(text.substr(0, end)) + "...";
  }

  const PayloadType type_;
  Finder& finder_;
  const Complain complain_ = [this](std::string_view rule, const JsonNode& at, std::string message,
                                    std::string remedy) {
    finder_.add_at(at, rule, [&] { return FindingWords{std::move(message), std::move(remedy)}; });
  };
  std::string scratch_;
};

}  // namespace

void check_types(const JsonNode& payload, PayloadType type, Finder& finder) {
  TypeCheck(type, finder).check_object(payload, ObjectKind::envelope);
}

}  // namespace farehook
