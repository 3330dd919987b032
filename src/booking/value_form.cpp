#include "booking/value_form.hpp"

#include "delivery/ascii.hpp"

#include <algorithm>
#include <charconv>

namespace farehook {

namespace {

bool is_lower_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

/// Whether the text has the pattern's form: 9 stands for a digit, x for a lower-case hexadecimal one, + for
/// either sign.
bool fits(std::string_view text, std::string_view pattern) {
  return std::ranges::equal(text, pattern, [](char c, char wanted) {
    switch (wanted) {
      case '9':
        return is_digit(c);
      case 'x':
        return is_lower_hex(c);
      case '+':
        return c == '+' || c == '-';
      default:
        return c == wanted;
    }
  });
}

int number(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

constexpr std::string_view datetime_pattern = "9999-99-99T99:99:99+9999";

std::optional<FormFault> datetime(std::string_view text) {
  if (fits(text, datetime_pattern)) {
    if (minute_of(text)) return std::nullopt;
    return FormFault{"datetime-form", "is no time that there is", ""};
  }
  const std::string local_time(text.substr(0, 19));
  const bool begins_well = fits(local_time, datetime_pattern.substr(0, 19));
  const std::string_view rest = text.substr(local_time.size());
  if (begins_well && fits(rest, "+99:99"))
    return FormFault{
        "datetime-form", "has a colon in its offset, and FareHarbor writes none",
        "Write " + local_time + std::string(rest.substr(0, 3)) + std::string(rest.substr(4)) + "."};
  if (begins_well && rest == "Z")
    return FormFault{"datetime-form", "has a Z, where FareHarbor writes the operator's own offset",
                     "Write " + local_time + "+0000, or the local time and its offset."};
  if (begins_well && rest.starts_with('.'))
    return FormFault{"datetime-form", "has fractions of a second, and FareHarbor writes none", ""};
  if (begins_well && rest.empty())
    return FormFault{"datetime-form", "has no offset",
                     "Write " + local_time + "-1000, for ten hours behind UTC."};
  return FormFault{"datetime-form", "is not a time as FareHarbor writes it",
                   "Write it like 2027-03-14T09:30:00-1000."};
}

std::optional<FormFault> uuid(std::string_view text) {
  if (fits(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")) return std::nullopt;
  return FormFault{"uuid-form", "is not a UUID in lower-case canonical form",
                   "It looks like 3c6ea1b0-7d54-4f0e-9a51-0d6b8a2f4c77."};
}

std::optional<FormFault> url(std::string_view text) {
  const bool is_absolute =
      (text.starts_with("https://") && text.size() > 8) || (text.starts_with("http://") && text.size() > 7);
  if (is_absolute && text.find(' ') == std::string_view::npos) return std::nullopt;
  return FormFault{"url-form", "is not an absolute URL", "It begins with https://."};
}

std::optional<FormFault> phone(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::string_view digits = text.substr(1);
  if (text.front() == '+' && digits.size() >= 4 && digits.size() <= 15 &&
      std::ranges::all_of(digits, is_digit))
    return std::nullopt;
  return FormFault{"phone-form", "is not a plus sign and digits", "Write it like +15550100199, or \"\"."};
}

bool is_letters(std::string_view text, size_t count, char first, char last) {
  return text.size() == count && std::ranges::all_of(text, [=](char c) { return c >= first && c <= last; });
}

}  // namespace

std::optional<std::chrono::sys_time<std::chrono::minutes>> minute_of(std::string_view text) {
  using namespace std::chrono;
  if (!fits(text, datetime_pattern)) return std::nullopt;
  const auto part = [&](size_t at, size_t length) { return number(text.substr(at, length)); };
  const year_month_day date{year{part(0, 4)}, month(static_cast<unsigned>(part(5, 2))),
                            day(static_cast<unsigned>(part(8, 2)))};
  const int hour = part(11, 2), minute = part(14, 2), second = part(17, 2);
  const int offset_hours = part(20, 2), offset_minutes = part(22, 2);
  if (!date.ok() || hour >= 24 || minute >= 60 || second > 60 || offset_hours > 14 || offset_minutes >= 60)
    return std::nullopt;
  const minutes offset = hours{offset_hours} + minutes{offset_minutes};
  return sys_days{date} + hours{hour} + minutes{minute} + (text[19] == '-' ? offset : -offset);
}

std::optional<FormFault> check_form(Form form, std::string_view text) {
  switch (form) {
    case Form::uuid:
      return uuid(text);
    case Form::datetime:
      return datetime(text);
    case Form::url:
      return url(text);
    case Form::phone:
      return phone(text);
    case Form::pk:
      if (!text.starts_with('-') &&
          text.substr(0, text.find_first_of("eE")).find_first_of("123456789") != std::string_view::npos)
        return std::nullopt;
      return FormFault{"positive-pk", "is not positive", ""};
    case Form::currency:
      if (is_letters(text, 3, 'a', 'z')) return std::nullopt;
      return FormFault{"currency-form", "is not three lower-case letters", "Write it like usd (ISO 4217)."};
    case Form::country:
      if (text.empty() || is_letters(text, 2, 'A', 'Z')) return std::nullopt;
      return FormFault{"country-form", "is not two upper-case letters",
                       "Write it like US (ISO 3166-1), or \"\"."};
    case Form::percentage: {
      double value = 0;
      const auto error = std::from_chars(text.data(), text.data() + text.size(), value).ec;
      if (error == std::errc{} && value >= -100 && value <= 100) return std::nullopt;
      return FormFault{"percentage-range", "is not between -100 and 100", ""};
    }
    case Form::any:
    case Form::amount:
    case Form::display:
      break;
  }
  return std::nullopt;
}

}  // namespace farehook
