#include "booking/json_diagnosis.hpp"

#include "delivery/ascii.hpp"
#include "delivery/letter_case.hpp"

#include <algorithm>
#include <array>

namespace farehook {

namespace {

using std::string_view_literals::operator""sv;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_word(char c) { return is_alphanumeric(c) || c == '_' || c == '$'; }

size_t skip_blanks(std::string_view text, size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> beginnings) {
  return std::ranges::any_of(beginnings, [&](std::string_view each) { return text.starts_with(each); });
}

/// A form begins with a name and an equals sign: payload=%7B...
bool is_form(std::string_view text) {
  const size_t equals = text.find('=');
  return equals != std::string_view::npos && equals > 0 && equals < 64 &&
         std::ranges::all_of(text.substr(0, equals),
                             [](char c) { return is_word(c) || c == '-' || c == '.'; });
}

/// Every other byte of a text in UTF-16 that is mostly ASCII is NUL.
bool is_utf16(std::string_view text) {
  if (starts_with_any(text, {"\xff\xfe"sv, "\xfe\xff"sv})) return true;
  return text.size() >= 4 && ((text[0] == '\0') != (text[1] == '\0')) &&
         (text[0] == '\0') == (text[2] == '\0') && (text[1] == '\0') == (text[3] == '\0');
}

/// Words that other languages have for JSON's.
struct Literal {
  std::string_view word, json, language;
};
constexpr Literal literals[] = {
    {"None", "null", "Python"},          {"True", "true", "Python"},
    {"False", "false", "Python"},        {"nil", "null", "Ruby"},
    {"undefined", "null", "JavaScript"}, {"NULL", "null", "SQL"},
    {"Null", "null", "Visual Basic"},    {"TRUE", "true", "a spreadsheet"},
    {"FALSE", "false", "a spreadsheet"},
};
constexpr std::string_view not_numbers[] = {"NaN", "nan", "Infinity", "inf", "Inf", "INF", "NAN"};

/// One fault in a text: looks at what stands there, and mends it in the text.
class FaultFinder {
 public:
  FaultFinder(std::string& text, const JsonFault& fault)
      : text_(text), fault_(fault), at_(std::min(fault.offset, text.size())) {}

  Repair find() {
    if (is("nested too deep"))
      return plain("beyond-limits", 1, "Objects and arrays nest deeper than 120 levels here");
    if (is("more than 1,000,000 values"))
      return plain("beyond-limits", 1, "The payload has more than 1,000,000 values, and is not looked into");
    if (is("not UTF-8")) return not_utf8();
    if (is("a control character inside a string")) return control_character();
    if (is("no such escape") || is("expected four hexadecimal digits") || is("half of a surrogate pair"))
      return escape();
    if (at_ == text_.size()) return cut_off();
    if (auto repair = comment()) return *repair;
    if (auto repair = ellipsis()) return *repair;
    if (auto repair = trailing_comma()) return *repair;
    if (is("something follows the value")) return second_document();
    if (auto repair = missing_comma()) return *repair;
    if (auto repair = word()) return *repair;
    if (auto repair = quotes()) return *repair;
    if (auto repair = number_form()) return *repair;
    return syntax();
  }

 private:
  bool is(std::string_view reason) const { return fault_.reason == reason; }
  std::string_view rest() const { return std::string_view(text_).substr(at_); }
  bool key_is_expected() const { return is("expected a key in double quotes"); }

  Repair plain(std::string_view rule, size_t length, std::string message, std::string remedy = "") const {
    return {{rule, at_, length, std::move(message), std::move(remedy)}, false};
  }
  /// Replaces the bytes from `begin` to `end` by `by` and spaces.
  Repair mended(std::string_view rule, size_t begin, size_t end, std::string message, std::string remedy,
                std::string_view by = "") {
    for (size_t at = begin; at < end; ++at)
      if (text_[at] != '\n') text_[at] = at - begin < by.size() ? by[at - begin] : ' ';
    return {{rule, begin, end - begin, std::move(message), std::move(remedy)}, true};
  }

  /// Puts a value there that nothing is to be concluded from, behind a comma or not.
  Repair stood_in(std::string_view rule, size_t begin, size_t end, std::string message, std::string remedy,
                  const std::string& comma = "") {
    Repair repair = mended(rule, begin, end, std::move(message), std::move(remedy), comma + "\"\"");
    repair.stand_in = begin + comma.size();
    return repair;
  }

  bool is_digit_at(size_t at) const { return at < text_.size() && is_digit(text_[at]); }

  /// Where the last byte before this place stands that is not blank.
  std::optional<size_t> before(size_t at) const {
    while (at > 0)
      if (!is_blank(text_[--at])) return at;
    return std::nullopt;
  }

  Repair not_utf8() {
    const auto byte = static_cast<unsigned char>(text_[at_]);
    constexpr std::string_view digits = "0123456789abcdef";
    const std::string hex{digits[byte >> 4], digits[byte & 15]};
    return mended("not-utf8", at_, at_ + 1, "The byte 0x" + hex + " is not part of a UTF-8 character",
                  "If the text is ISO 8859-1: iconv -f ISO-8859-1 -t UTF-8", "?");
  }

  Repair control_character() {
    const char c = text_[at_];
    const bool is_break = c == '\n' || c == '\r';
    const std::string what = is_break ? "A line break" : c == '\t' ? "A tab" : "A control character";
    const std::string by = c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : "\\u00XX";
    text_[at_] = ' ';
    return {{"control-character", at_, 1, what + " stands in a string as it is", "Write " + by + "."}, true};
  }

  Repair escape() {
    const size_t length = std::min<size_t>(2, text_.size() - at_);
    const std::string what = is("half of a surrogate pair") ? "The escape is half of a surrogate pair"
                                                            : "There is no such escape in JSON";
    const std::string remedy =
        is("half of a surrogate pair")          ? "Characters beyond U+FFFF take two: \\ud83d\\ude00."
        : length == 2 && text_[at_ + 1] == '\'' ? "Write ' without a backslash."
                                                : "A backslash itself is written \\\\.";
    text_[at_] = '?';
    return {{"escape", at_, length, what, remedy}, true};
  }

  Repair cut_off() const {
    const bool in_string = is("ends inside a string");
    return plain("cut-off", 0,
                 in_string ? "The text ends inside a string" : "The text ends before it is whole",
                 "Is the download or the copy complete?");
  }

  std::optional<Repair> comment() {
    if (rest().starts_with("/*")) {
      const size_t end = text_.find("*/", at_ + 2);
      return mended("comment", at_, end == std::string::npos ? text_.size() : end + 2,
                    "A comment stands here, and JSON has none", "Take it out.");
    }
    if (!starts_with_any(rest(), {"//", "#"})) return std::nullopt;
    return mended("comment", at_, std::min(text_.find('\n', at_), text_.size()),
                  "A comment stands here, and JSON has none", "Take it out.");
  }

  /// Three dots stand for a value, or for the rest of an array, which has a value then that is not known; of
  /// an object they stand for members, and the comma before or behind them goes with them.
  std::optional<Repair> ellipsis() {
    const size_t length = rest().starts_with("...") ? 3 : rest().starts_with("\u2026") ? 3 : 0;
    if (length == 0) return std::nullopt;
    const std::string message = "Something is left out here: three dots are not JSON",
                      remedy = "Put in what belongs here, or take the dots out.";
    const size_t next = skip_blanks(text_, at_ + length);
    const char behind = next < text_.size() ? text_[next] : '\0';
    const bool ends = behind == ',' || behind == '}' || behind == ']';
    if (ends && is("expected a value")) return stood_in("ellipsis", at_, at_ + length, message, remedy);
    if (ends && is("expected a comma or ]"))
      return stood_in("ellipsis", at_, at_ + length, message, remedy, ",");
    Repair repair = mended("ellipsis", at_, at_ + length, message, remedy);
    const auto previous = before(at_);
    if (behind == ',')
      text_[next] = ' ';
    else if (ends && previous && text_[*previous] == ',')
      text_[*previous] = ' ';
    return repair;
  }

  std::optional<Repair> trailing_comma() {
    const auto previous = before(at_);
    if ((text_[at_] != '}' && text_[at_] != ']') || !previous || text_[*previous] != ',') return std::nullopt;
    return mended("trailing-comma", *previous, *previous + 1, "Nothing follows this comma", "Take it out.");
  }

  Repair second_document() const {
    if (starts_with_any(rest(), {"{", "["}))
      return plain("two-documents", 1, "A second JSON document begins here",
                   "Put each on a line of its own, in a file named .jsonl.");
    if (starts_with_any(rest(), {"}", "]"}))
      return plain("syntax", 1, "There is one closing bracket too many", "Take it out.");
    return plain("syntax", 1, "Something follows the payload", "Take it out.");
  }

  std::optional<Repair> word() {
    // The reader stops inside a word that begins well (nil, nan) and behind the sign of -Infinity.
    size_t begin = at_;
    while (begin > 0 && is_word(text_[begin - 1])) --begin;
    size_t end = begin;
    while (end < text_.size() && is_word(text_[end])) ++end;
    const std::string_view found = std::string_view(text_).substr(begin, end - begin);
    if (found.empty() || is_digit(found[0])) return std::nullopt;
    const std::string named(found);
    if (key_is_expected() ||
        (skip_blanks(text_, end) < text_.size() && text_[skip_blanks(text_, end)] == ':')) {
      at_ = begin;
      return plain("unquoted-key", named.size(), named + " is a key without quotes",
                   "Write \"" + named + "\".");
    }
    for (const Literal& literal : literals)
      if (found == literal.word) return mended_literal(literal, begin, end);
    if (std::ranges::find(not_numbers, found) != std::end(not_numbers)) {
      if (begin > 0 && (text_[begin - 1] == '-' || text_[begin - 1] == '+')) --begin;
      return stood_in("not-a-number", begin, end, named + " is not a number in JSON", "Write null.");
    }
    at_ = begin;
    return plain("syntax", named.size(), named + " is not JSON",
                 "Texts stand in double quotes: \"" + named + "\".");
  }

  /// nil is too short for null.
  Repair mended_literal(const Literal& literal, size_t begin, size_t end) {
    std::string message = std::string(literal.word) + " is " + std::string(literal.language) + ", not JSON";
    std::string remedy = "Write " + std::string(literal.json) + ".";
    if (literal.json.size() > end - begin)
      return stood_in("literal", begin, end, std::move(message), std::move(remedy));
    return mended("literal", begin, end, std::move(message), std::move(remedy), literal.json);
  }

  std::optional<Repair> quotes() {
    constexpr std::array<std::string_view, 5> curly = {"\u201c", "\u201d", "\u2018", "\u2019", "\u201e"};
    for (const std::string_view mark : curly)
      if (rest().starts_with(mark))
        return plain("quotes", mark.size(), "A curly quotation mark stands here",
                     "Write straight double quotes: \".");
    if (text_[at_] == '`') return plain("quotes", 1, "A backquote stands here", "Write double quotes: \".");
    if (text_[at_] != '\'') return std::nullopt;
    size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '\'' && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    const std::string message = "A text in single quotes", remedy = "Write double quotes: \".";
    if (end >= text_.size() || text_[end] != '\'') return plain("quotes", 1, message, remedy);
    // What stands between must be fit for a string in double quotes.
    for (size_t at = at_ + 1; at < end; ++at) {
      if (text_[at] == '"') text_[at] = '?';
      if (text_[at] == '\\' && text_[at + 1] == '\'') text_[at] = '?';
      if (text_[at] == '\\') ++at;
    }
    text_[at_] = text_[end] = '"';
    return Repair{{"quotes", at_, end + 1 - at_, message, remedy}, true};
  }

  std::optional<Repair> number_form() {
    if ((text_[at_] == '+' || text_[at_] == '.') && is_digit_at(at_ + 1))
      return plain("number-form", 1, "A number does not begin with " + text_.substr(at_, 1),
                   text_[at_] == '+' ? "Take it out." : "Write 0 before the point.");
    if (is("expected a digit")) return plain("number-form", 1, "A digit is missing here");
    const bool after_digit = at_ > 0 && is_digit_at(at_ - 1);
    if (after_digit && is_digit_at(at_))
      return plain("number-form", 1, "A number does not begin with 0 if it has more digits",
                   "Without the 0; a phone or voucher number stands in quotes.");
    if (after_digit && (is_word(text_[at_]) || text_[at_] == '.'))
      return plain("number-form", 1, "This is not the form of a number",
                   "Is it a text? Then it stands in quotes.");
    return std::nullopt;
  }

  std::optional<Repair> missing_comma() {
    if (!is("expected a comma or }") && !is("expected a comma or ]")) return std::nullopt;
    const bool begins_value = text_[at_] == '"' || text_[at_] == '{' || text_[at_] == '[' ||
                              (is_digit_at(at_) && !is_digit_at(at_ - 1)) ||
                              starts_with_any(rest(), {"true", "false", "null"});
    if (!begins_value || (is_word(text_[at_ - 1]) && is_word(text_[at_]))) return std::nullopt;
    Repair repair = plain("missing-comma", 1, "A comma is missing before this",
                          "Write a comma behind what stands before.");
    repair.is_mended = is_blank(text_[at_ - 1]);
    if (repair.is_mended) text_[at_ - 1] = ',';
    return repair;
  }

  Repair syntax() const {
    std::string message = "The text is not JSON here: " + std::string(fault_.reason);
    return plain("syntax", 1, std::move(message));
  }

  std::string& text_;
  const JsonFault& fault_;
  size_t at_;
};

}  // namespace

std::optional<Diagnosis> diagnose_whole(std::string_view text) {
  const size_t first = skip_blanks(text, text.starts_with("\xef\xbb\xbf") ? 3 : 0);
  if (first == text.size()) return Diagnosis{"empty", 0, 0, "There is nothing in it", ""};
  if (is_utf16(text))
    return Diagnosis{"utf-16", 0, 0, "The text is UTF-16; JSON is UTF-8",
                     "iconv -f UTF-16 -t UTF-8 makes it that."};
  if (text.starts_with("\x1f\x8b"))
    return Diagnosis{"compressed", 0, 0, "The bytes are compressed by gzip", "gunzip makes them JSON."};
  const std::string_view rest = text.substr(first);
  if (rest.front() == '<') {
    const std::string beginning = lower_case(rest.substr(0, 1024));
    const bool is_html =
        beginning.find("<html") != std::string::npos || beginning.starts_with("<!doctype html");
    return Diagnosis{"html", first, 1,
                     is_html ? "This is an HTML page, not a payload" : "This is XML or HTML, not JSON",
                     "Look at it in a browser: mostly it is a server's error page."};
  }
  if (is_form(rest))
    return Diagnosis{"form-encoded", first, 1, "This is a web form, not JSON",
                     "curl posts a file as it is with --data-binary @FILE."};
  return std::nullopt;
}

Repair diagnose_and_mend(std::string& text, const JsonFault& fault) {
  return FaultFinder(text, fault).find();
}

}  // namespace farehook
