#include "booking/body_redaction.hpp"

#include "booking/harmless.hpp"
#include "booking/members.hpp"
#include "booking/payload_type.hpp"
#include "delivery/ascii.hpp"
#include "delivery/json_string.hpp"
#include "delivery/letter_case.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace farehook {

namespace {

std::string digits_of(std::string_view text) {
  std::string digits;
  std::ranges::copy_if(text, std::back_inserter(digits), is_digit);
  return digits;
}

/// What stands for an answer's value and its display, in the one place where both are known.
struct Answer {
  std::optional<std::string> value, display;  ///< as they are
  std::string new_value, new_display;
};

/// Writes the text anew, from its beginning to its end.
class BodyRedaction {
 public:
  BodyRedaction(std::string_view text, const JsonNode& root, const Pseudonyms& pseudonyms)
      : pseudonyms_(pseudonyms), rest_(text), root_(root) {
    result_.reserve(text.size() + text.size() / 8);
  }

  std::string run() {
    if (const auto type = payload_type_of(root_)) {
      learn(*type);
      redact_object(root_, ObjectKind::envelope);
    } else {
      redact_unknown(root_, "");
    }
    result_ += rest_;
    return std::move(result_);
  }

 private:
  /// The payload's identity, and the persons it names.
  void learn(PayloadType type) {
    if (type == PayloadType::item) {
      const JsonNode* pk = member(*member(root_, "item"), "pk");
      if (pk != nullptr && pk->is(JsonKind::number)) identity_ = new_identity_ = pk->text;
      return;
    }
    const JsonNode& booking = *member(root_, "booking");
    identity_ = text_of(member(booking, "uuid")).value_or("");
    if (!identity_.empty()) new_identity_ = pseudonyms_.uuid(identity_);
    if (const JsonNode* contact = member(booking, "contact"))
      for (const std::string_view name : {"name", "email", "phone", "normalized_phone"})
        know(text_of(member(*contact, name)));
    if (const JsonNode* agent = member(booking, "agent")) know(text_of(member(*agent, "name")));
  }

  void know(const std::optional<std::string>& text) {
    if (text && text->size() >= 4) persons_.push_back(lower_case(*text));
  }

  /// Whether a text of the operator's has a person of this booking in it: "Private charter for ...".
  bool names_person(std::string_view text) const {
    if (persons_.empty()) return false;
    const std::string lower = lower_case(text);
    return std::ranges::any_of(
        persons_, [&](const std::string& person) { return lower.find(person) != std::string::npos; });
  }

  void redact_object(const JsonNode& node, ObjectKind kind) {
    if (kind == ObjectKind::tax_by_type) return redact_taxes(node);
    const auto fields = fields_of(kind);
    // What is made of a value may depend on what stands beside it.
    Members members(kind);
    for (const JsonNode& each : children(node))
      if (const size_t index = index_of(fields, each.key); index < fields.size()) members.set(index, each);
    const Answer answer = kind == ObjectKind::custom_field_value ? answer_of(members) : Answer{};
    for (const JsonNode& each : children(node)) {
      const size_t index = index_of(fields, each.key);
      if (index < fields.size())
        redact_value(each, fields[index], members, answer);
      else
        redact_unknown_member(each, is_identifier(plain_text(each.key, scratch_)));
    }
  }

  size_t index_of(std::span<const Field> fields, std::string_view raw_key) {
    const std::string_view key = plain_text(raw_key, scratch_);
    return static_cast<size_t>(std::ranges::find(fields, key, &Field::name) - fields.begin());
  }

  /// Its keys are pks of taxes, its values amounts.
  void redact_taxes(const JsonNode& node) {
    for (const JsonNode& each : children(node)) {
      const std::string_view key = plain_text(each.key, scratch_);
      const bool is_pk = key.size() <= 12 && std::ranges::all_of(key, is_digit);
      if (!is_pk || !each.is(JsonKind::number)) redact_unknown_member(each, is_pk);
    }
  }

  void redact_value(const JsonNode& node, const Field& field, const Members& members, const Answer& answer) {
    const ValueType type = field.value.type;
    if (node.is(JsonKind::object) && type == ValueType::object) return redact_object(node, field.value.of);
    if (node.is(JsonKind::array) && type == ValueType::array) {
      for (const JsonNode& each : children(node)) {
        if (each.is(JsonKind::object))
          redact_object(each, field.value.of);
        else
          redact_unknown(each, node.key);
      }
      return;
    }
    if (node.is(JsonKind::string) && type == ValueType::string)
      return redact_text(node, field, members, answer);
    const bool is_number =
        node.is(JsonKind::number) && (type == ValueType::integer || type == ValueType::number);
    const bool is_scalar = node.is(JsonKind::string) || node.is(JsonKind::number);
    const bool may_stay = is_number || (field.is_undocumented() && is_scalar && !names_person(node.text));
    if (field.privacy == Privacy::kept && may_stay) return;
    redact_unknown(node, node.key);
  }

  void redact_text(const JsonNode& node, const Field& field, const Members& members, const Answer& answer) {
    const std::string plain = unquote(node.text);
    switch (field.privacy) {
      case Privacy::kept:
        if (is_harmless(field.value, plain) && !(is_free(field.value) && names_person(plain))) return;
        // No digits, which an amount would be compared with.
        return replace(node, field.value.form == Form::display ? "redacted" : pseudonyms_.text(plain));
      case Privacy::answer:
        return replace(node, new_answer(plain, answer, field.name == "value"));
      case Privacy::html:
        return replace(node, plain.empty() ? "" : html(plain, field, members));
      default:
        return replace(node, plain.empty() ? "" : pseudonym(plain, field, members));
    }
  }

  std::string pseudonym(const std::string& plain, const Field& field, const Members& members) const {
    switch (field.privacy) {
      case Privacy::name:
        return pseudonyms_.name(role(members.kind()), plain);
      case Privacy::email:
        return pseudonyms_.email(plain);
      case Privacy::phone:
        return phone(plain, field, members);
      case Privacy::uuid:
        return pseudonyms_.uuid(plain);
      case Privacy::link:
        return link(plain);
      default:
        return free_text(plain);
    }
  }

  static std::string_view role(ObjectKind kind) {
    return kind == ObjectKind::agent ? "Agent" : kind == ObjectKind::desk ? "Desk" : "Guest";
  }

  /// As typed and normalized, one number has one pseudonym.
  std::string phone(const std::string& plain, const Field& field, const Members& members) const {
    constexpr size_t enough = 6;  // digits that two numbers don't have in common by accident
    std::string digits = digits_of(plain);
    const std::string normalized = digits_of(members.text("normalized_phone").value_or(""));
    const std::string own = digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
    if (own.size() >= enough && normalized.ends_with(own)) digits = normalized;
    std::string number = pseudonyms_.phone(digits.empty() ? plain : digits);
    if (field.value.form == Form::phone && plain.front() != '+') number.erase(0, 1);  // a finding stays one
    return number;
  }

  std::string html(const std::string& plain, const Field& field, const Members& members) const {
    constexpr std::string_view suffix = "_safe_html";
    const auto twin = members.text(field.name.substr(0, field.name.size() - suffix.size()));
    return "<p>" + free_text(twin && !twin->empty() ? *twin : plain) + "</p>";
  }

  /// FareHarbor's URLs hold the uuid of their booking, or the pk of their item, and still do.
  std::string link(const std::string& plain) const {
    std::string url = pseudonyms_.url(plain);
    if (names_person(url)) url = pseudonyms_.foreign_url(plain);
    if (!identity_.empty() && plain.find(identity_) != std::string::npos &&
        url.find(new_identity_) == std::string::npos)
      url += "/" + new_identity_;
    return url;
  }

  /// Addresses, URLs and uuids remain what they are wherever they stand alone.
  std::string free_text(const std::string& plain) const {
    const size_t at = plain.find('@');
    if (at != std::string::npos && plain.find('.', at) != std::string::npos &&
        plain.find_first_of(" \n,;<>") == std::string::npos)
      return pseudonyms_.email(plain);
    if (plain.starts_with("https://") || plain.starts_with("http://")) return link(plain);
    return pseudonyms_.uuid(plain);
  }

  std::string new_answer(const std::string& plain, const Answer& answer, bool is_value) const {
    const auto& old = is_value ? answer.value : answer.display;
    if (old == plain) return is_value ? answer.new_value : answer.new_display;
    return plain.empty() ? "" : free_text(plain);  // a repeated key
  }

  /// Any answer may be of health or faith: one of few is made any other of them, chosen anew for each
  /// answer, so that the answers of many say nothing; that an answer was changed still shows.
  Answer answer_of(const Members& members) {
    Answer answer;
    answer.value = members.text("value");
    answer.display = members.text("display_value");
    const JsonNode* field = members["custom_field"];
    const auto type = field == nullptr ? std::nullopt : text_of(member(*field, "type"));
    std::string salt = identity_;
    for (const JsonNode* pk : {members["pk"], field == nullptr ? nullptr : member(*field, "pk")})
      if (pk != nullptr && pk->is(JsonKind::number)) salt += " " + std::string(pk->text);
    if (answer.value && type == "yes-no" && (answer.value == "" || answer.value == "true")) {
      const bool is_yes = (answer.value == "true") == (pseudonyms_.draw(salt) % 2 == 0);
      answer.new_value = is_yes ? "true" : "";
      answer.new_display = is_yes ? "Yes" : "No";
    } else if (!(answer.value && type == "extended-option" && choose_option(answer, *field, salt))) {
      const bool is_number = type == "count" || type == "extended-option";
      answer.new_value = open_answer(answer.value, is_number, salt);
      answer.new_display = open_answer(answer.display, is_number, salt);
    }
    return answer;
  }

  std::string open_answer(const std::optional<std::string>& plain, bool is_number,
                          const std::string& salt) const {
    if (!plain || plain->empty()) return "";
    return is_number && std::ranges::all_of(*plain, is_digit) ? pseudonyms_.digits(*plain, salt)
                                                              : free_text(*plain);
  }

  /// Returns whether the answer is one of the field's options.
  bool choose_option(Answer& answer, const JsonNode& field, const std::string& salt) const {
    const JsonNode* list = member(field, "extended_options");
    if (list == nullptr || !list->is(JsonKind::array)) return false;
    std::vector<const JsonNode*> options;
    for (const JsonNode& each : children(*list))
      if (const JsonNode* pk = member(each, "pk"); pk != nullptr && pk->is(JsonKind::number))
        options.push_back(&each);
    const auto is_chosen = [&](const JsonNode* each) { return member(*each, "pk")->text == *answer.value; };
    const auto chosen = std::ranges::find_if(options, is_chosen);
    if (chosen == options.end()) return false;
    const auto index = static_cast<uint64_t>(chosen - options.begin());
    const auto turned = (index + pseudonyms_.draw(salt) % options.size()) % options.size();
    answer.new_value = member(*options[turned], "pk")->text;
    const auto name = text_of(member(*options[turned], "name"));
    const bool shows_name = answer.display == text_of(member(**chosen, "name"));
    answer.new_display =
        name && shows_name && !names_person(*name) ? *name : open_answer(answer.display, false, salt);
    return true;
  }

  void redact_unknown_member(const JsonNode& node, bool keeps_key) {
    if (!keeps_key) replace(node.key, pseudonyms_.key(plain_text(node.key, scratch_)));
    redact_unknown(node, node.key);
  }

  /// All strings and numbers in what nobody has documented. `key` is the nearest above it.
  void redact_unknown(const JsonNode& node, std::string_view key) {
    switch (node.kind) {
      case JsonKind::object:
        for (const JsonNode& each : children(node))
          redact_unknown_member(each, is_known_word(plain_text(each.key, scratch_)));
        return;
      case JsonKind::array:
        for (const JsonNode& each : children(node)) redact_unknown(each, key);
        return;
      case JsonKind::string:
        if (node.text.size() > 2) replace(node, free_text(unquote(node.text)));
        return;
      case JsonKind::number:
        return redact_number(node, key);
      case JsonKind::boolean:
      case JsonKind::null:
        return;
    }
  }

  /// Once two are known few digits are no secret any more: those of one booking under one key share theirs
  /// only. Where there is no booking each number is on its own.
  void redact_number(const JsonNode& node, std::string_view key) {
    std::string salt = identity_ + " " + std::string(key);
    if (identity_.empty()) salt += " " + std::string(node.text);
    copy_until(node.text);
    result_ += pseudonyms_.number(node.text, salt);
  }

  void replace(const JsonNode& node, std::string_view plain) { replace(node.text, plain); }
  void replace(std::string_view raw, std::string_view plain) {
    copy_until(raw);
    append_quoted(result_, plain);
  }

  void copy_until(std::string_view raw) {
    const auto length = static_cast<size_t>(raw.data() - rest_.data());
    result_ += rest_.substr(0, length);
    rest_.remove_prefix(length + raw.size());
  }

  const Pseudonyms& pseudonyms_;
  std::string_view rest_;  ///< what is not written yet
  const JsonNode& root_;
  std::string result_;
  std::string identity_, new_identity_;  ///< the booking's uuid or the item's pk, and what stands for it
  std::vector<std::string> persons_;     ///< their names, addresses and numbers in lower case
  std::string scratch_;
};

}  // namespace

std::string redacted_json(std::string_view text, const JsonNode& root, const Pseudonyms& pseudonyms) {
  return BodyRedaction(text, root, pseudonyms).run();
}

}  // namespace farehook
