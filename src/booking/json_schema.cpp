#include "booking/json_schema.hpp"

#include "booking/schema.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace farehook {

namespace {

using Json = nlohmann::ordered_json;

const char* name_of(ValueType type) {
  switch (type) {
    case ValueType::string:
      return "string";
    case ValueType::integer:
      return "integer";
    case ValueType::number:
      return "number";
    case ValueType::boolean:
      return "boolean";
    case ValueType::object:
      return "object";
    case ValueType::array:
      return "array";
    case ValueType::anything:
      break;
  }
  return "";
}

std::string description_of(Form form) {
  switch (form) {
    case Form::pk:
      return "A positive integer, which may exceed 32 bits. ";
    case Form::uuid:
      return "A UUID in lower-case canonical form. ";
    case Form::datetime:
      return "YYYY-MM-DDTHH:MM:SS and an offset such as -1000. ";
    case Form::amount:
      return "In the smallest unit of the currency. ";
    case Form::display:
      return "The amount in the company's notation, without a currency sign. ";
    case Form::currency:
      return "Three lower-case letters (ISO 4217). ";
    case Form::url:
      return "An absolute URL. ";
    case Form::country:
      return "Two upper-case letters (ISO 3166-1), or \"\". ";
    case Form::phone:
      return "A plus sign and digits, or \"\". ";
    case Form::percentage:
      return "From -100 to 100. ";
    case Form::any:
      break;
  }
  return "";
}

class Writer {
 public:
  explicit Writer(PayloadType type) : type_(type) {}

  Json write() {
    Json root{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", "FareHarbor webhook: " + std::string(to_string(type_))}};
    root.update(object(ObjectKind::envelope));
    // What an object refers to is added while it is written.
    Json definitions = Json::object();
    for (size_t written = 0; written < kinds_.size(); ++written)
      definitions[key_of(kinds_[written])] = object(kinds_[written]);
    root["$defs"] = std::move(definitions);
    return root;
  }

 private:
  static std::string key_of(ObjectKind kind) {
    std::string name(to_string(kind));
    std::replace(name.begin(), name.end(), '.', '_');
    return name;
  }

  Json object(ObjectKind kind) {
    Json properties = Json::object(), required = Json::array();
    for (const Field& field : fields_of(kind)) {
      if ((field.presence.known & set_of(type_)) == 0) continue;
      properties[field.name] = value(field);
      if ((field.presence.required & set_of(type_)) != 0) required.push_back(field.name);
    }
    Json schema{{"type", "object"}};
    if (!properties.empty()) schema["properties"] = std::move(properties);
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
  }

  Json reference(ObjectKind kind) {
    if (std::ranges::find(kinds_, kind) == kinds_.end()) kinds_.push_back(kind);
    return {{"$ref", "#/$defs/" + key_of(kind)}};
  }

  Json value(const Field& field) {
    const Value& value = field.value;
    Json schema = Json::object();
    if (value.type == ValueType::object)
      schema = value.is_nullable ? Json{{"anyOf", {reference(value.of), {{"type", "null"}}}}}
                                 : reference(value.of);
    else if (value.type == ValueType::array)
      schema = {{"type", "array"}, {"items", reference(value.of)}};
    else if (value.is_nullable)
      schema["type"] = {name_of(value.type), "null"};
    else if (value.type != ValueType::anything)
      schema["type"] = name_of(value.type);
    if (!value.values.empty()) schema[value.is_enum ? "enum" : "examples"] = value.values;
    if (value.max_length > 0) schema["maxLength"] = value.max_length;
    schema["description"] = description_of(value.form) +
                            (field.is_undocumented() ? "Not documented. Source: " : "Source: ") +
                            std::string(field.source) + ".";
    return schema;
  }

  const PayloadType type_;
  std::vector<ObjectKind> kinds_;
};

}  // namespace

std::string json_schema(PayloadType type) { return Writer(type).write().dump(2) + "\n"; }

}  // namespace farehook
