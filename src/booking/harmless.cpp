#include "booking/harmless.hpp"

#include "booking/schema.hpp"
#include "delivery/ascii.hpp"

#include <algorithm>
#include <unordered_set>

namespace farehook {

namespace {

bool is_letter(char c) { return is_lower(c) || is_upper(c); }

bool is_enum_word(std::string_view text) {
  return text.size() <= 40 && std::ranges::all_of(text, [](char c) { return is_lower(c) || c == '-'; });
}

bool is_date_and_more(std::string_view text) {
  return text.size() >= 10 && text.size() <= 40 && text[4] == '-' && text[7] == '-' &&
         text.find_first_not_of("0123456789-:+.TZ ") == std::string_view::npos;
}

/// Words that FareHarbor's documented keys lack, and that name nobody.
constexpr std::string_view more_words[] = {
    "action",  "address", "birth",  "by",      "city",   "code",     "data",      "date",     "event",
    "events",  "field",   "fields", "first",   "id",     "ids",      "images",    "items",    "key",
    "keys",    "label",   "last",   "lat",     "lead",   "list",     "lng",       "meta",     "method",
    "names",   "number",  "photo",  "postal",  "region", "role",     "roles",     "room",     "slug",
    "state",   "street",  "tags",   "text",    "uri",    "user",     "users",     "username", "values",
    "webhook", "zip",     "count",  "country", "in",     "resource", "resources", "updated",  "created"};

using Words = std::unordered_set<std::string_view>;

/// Hands on the words that underscores part.
template <class Take>
void split(std::string_view key, Take take) {
  while (true) {
    const size_t end = key.find('_');
    take(key.substr(0, end));
    if (end == std::string_view::npos) return;
    key.remove_prefix(end + 1);
  }
}

Words all_words() {
  Words words(std::begin(more_words), std::end(more_words));
  for (size_t kind = 0; kind < object_kind_count; ++kind)
    for (const Field& field : fields_of(static_cast<ObjectKind>(kind)))
      split(field.name, [&](std::string_view word) { words.insert(word); });
  return words;
}

}  // namespace

bool is_harmless(const Value& wanted, std::string_view text) {
  if (!wanted.values.empty())
    return std::ranges::find(wanted.values, text) != wanted.values.end() || is_enum_word(text);
  switch (wanted.form) {
    case Form::datetime:
      return text.empty() || is_date_and_more(text);
    case Form::currency:
    case Form::country:
      return text.size() <= 3 && std::ranges::all_of(text, is_letter);
    case Form::display:
      return text.size() <= 40 && std::ranges::count_if(text, is_letter) <= 4;
    default:
      return true;
  }
}

bool is_free(const Value& wanted) { return wanted.values.empty() && wanted.form == Form::any; }

bool is_identifier(std::string_view key) {
  return !key.empty() && key.size() <= 40 && is_lower(key.front()) &&
         std::ranges::count_if(key, is_digit) <= 3 &&
         std::ranges::all_of(key, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool is_harmless_token(std::string_view token) {
  if (std::ranges::all_of(token, is_digit)) return true;
  for (size_t kind = 0; kind < object_kind_count; ++kind)
    for (const Field& field : fields_of(static_cast<ObjectKind>(kind)))
      if (field.name == token) return true;
  return false;
}

bool is_known_word(std::string_view key) {
  static const Words words = all_words();
  bool is_known = true;
  split(key, [&](std::string_view word) { is_known = is_known && words.contains(word); });
  return is_known;
}

}  // namespace farehook
