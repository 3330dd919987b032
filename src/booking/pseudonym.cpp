#include "booking/pseudonym.hpp"

#include "delivery/ascii.hpp"
#include "delivery/hex_digit.hpp"
#include "delivery/letter_case.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <numeric>

namespace farehook {

namespace {

using Digest = KeyedHash::result_type;

constexpr std::string_view hex_digits = "0123456789abcdef";
/// 48 bits: among a million values the odds that any two have the same pseudonym are 1 to 560.
constexpr size_t hex_length = 12;
constexpr size_t uuid_length = 36;

bool are_digits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_digit); }

/// The value 0 to 2^64 - 1 that eight of the digest's bytes make.
uint64_t number_in(const Digest& digest, size_t at) {
  uint64_t number = 0;
  for (size_t i = at; i < at + 8; ++i) number = number << 8 | digest[i];
  return number;
}

/// A permutation of the numbers below `size` (at most 10^9), chosen by the digest: x becomes ax + b, where a
/// has no divisor in common with the size. As b is any number, so is what x becomes.
uint64_t permuted(uint64_t number, uint64_t size, const Digest& digest) {
  uint64_t factor = number_in(digest, 0) % size;
  while (std::gcd(factor, size) != 1) factor = (factor + 1) % size;
  return (factor * number + number_in(digest, 8) % size) % size;
}

constexpr size_t most_digits_permuted = 9;

uint64_t power_of_ten(size_t exponent) {
  uint64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

uint64_t number_of(std::string_view digits) {
  uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::string with_zeros(uint64_t number, size_t length) {
  std::string text = std::to_string(number);
  return std::string(length - text.size(), '0') + text;
}

/// Words of FareHarbor's paths, which say nothing of anybody.
constexpr std::string_view path_words[] = {"api",       "book",     "booking",   "bookings",
                                           "companies", "contacts", "dashboard", "embeds",
                                           "external",  "items",    "overlay",   "v1"};
constexpr std::string_view long_hosts[] = {"fareharbor.com", "www.fareharbor.com", "demo.fareharbor.com"};
constexpr std::string_view short_hosts[] = {"fhchk.co", "d.fhchk.co"};

bool is_among(const auto& all, std::string_view text) {
  return std::ranges::find(all, text) != std::end(all);
}

bool is_shortname(std::string_view text) {
  return text.size() <= 60 &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || is_lower(c) || c == '-'; });
}

/// What stands between parts of a URL. All else is part of one, percent-encoded or not.
constexpr std::string_view delimiters = "/?=&#";

/// Longer ones are none of FareHarbor's.
constexpr size_t max_url = 2048;

}  // namespace

bool is_uuid(std::string_view text) {
  if (text.size() != uuid_length) return false;
  for (size_t at = 0; at < uuid_length; ++at) {
    const bool is_dash = at == 8 || at == 13 || at == 18 || at == 23;
    if (is_dash ? text[at] != '-' : hex_value(text[at]) < 0) return false;
  }
  return true;
}

Digest Pseudonyms::digest(std::string_view domain, std::string_view value) const {
  std::string message(domain);
  message += '\0';
  message += value;
  return hash_(message);
}

std::string Pseudonyms::hex(std::string_view domain, std::string_view value) const {
  const Digest bytes = digest(domain, value);
  std::string text;
  for (size_t at = 0; at < hex_length; ++at) text += hex_digits[bytes[at / 2] >> (at % 2 == 0 ? 4 : 0) & 15];
  return text;
}

std::string Pseudonyms::text(std::string_view value) const { return "redacted-" + hex("text", value); }

std::string Pseudonyms::name(std::string_view role, std::string_view value) const {
  return std::string(role) + " " + hex("name of " + std::string(role), value);
}

std::string Pseudonyms::email(std::string_view value) const {
  return "guest-" + hex("email", lower_case(value)) + "@redacted.invalid";
}

std::string Pseudonyms::phone(std::string_view value) const {
  return "+999" + with_zeros(number_in(digest("phone", value), 0) % power_of_ten(10), 10);
}

std::string Pseudonyms::key(std::string_view value) const { return "key_" + hex("key", value); }

std::string Pseudonyms::uuid(std::string_view value) const {
  if (!is_uuid(value)) return text(value);
  Digest bytes = digest("uuid", lower_case(value));
  bytes[6] = static_cast<unsigned char>(0x40 | (bytes[6] & 15));
  bytes[8] = static_cast<unsigned char>(0x80 | (bytes[8] & 63));
  const bool has_upper = std::ranges::any_of(value, is_upper);
  std::string uuid;
  for (size_t at = 0; at < 16; ++at) {
    if (at == 4 || at == 6 || at == 8 || at == 10) uuid += '-';
    for (const int digit : {bytes[at] >> 4, bytes[at] & 15}) {
      const char c = hex_digits[static_cast<size_t>(digit)];
      uuid += static_cast<char>(has_upper && c >= 'a' ? c - 'a' + 'A' : c);
    }
  }
  return uuid;
}

std::string Pseudonyms::code(std::string_view value) const {
  if (value.size() > 64) return hex("code", value);
  constexpr std::string_view characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string text;
  for (const std::string_view domain : {"code", "code, more of it"}) {
    if (text.size() == value.size()) break;
    const Digest bytes = digest(domain, value);
    for (size_t at = 0; at < bytes.size() && text.size() < value.size(); ++at)
      text += characters[bytes[at] % characters.size()];
  }
  return text;
}

std::string Pseudonyms::digits(std::string_view value, std::string_view salt) const {
  if (value.size() > most_digits_permuted) return many_digits(value, salt);
  const Digest key = digest("digits", std::to_string(value.size()) + ' ' + std::string(salt));
  return with_zeros(permuted(number_of(value), power_of_ten(value.size()), key), value.size());
}

/// So many that two are the same by no accident: each depends on the whole value.
std::string Pseudonyms::many_digits(std::string_view value, std::string_view salt) const {
  std::string message(salt);
  message += '\0';
  message += value;
  const Digest whole = digest("digits of many", message);
  std::string seed(whole.begin(), whole.end()), result;
  result.reserve(value.size() + whole.size());
  for (size_t block = 0; result.size() < value.size(); ++block)
    for (const unsigned char byte : digest("digits", seed + std::to_string(block)))
      result += static_cast<char>('0' + byte % 10);
  result.resize(value.size());
  return result;
}

/// The digits before a number's point: no zero leads, unless it stands alone.
std::string Pseudonyms::whole_number(std::string_view value, std::string_view salt) const {
  if (value.size() == 1) return digits(value, salt);
  if (value.size() > most_digits_permuted)
    // Of 19 digits and more, these are of the same type to readers that tell 64 bits from more.
    return (value.size() > 18 ? "10" : "1") + many_digits(value, salt).substr(value.size() > 18 ? 2 : 1);
  const uint64_t least = power_of_ten(value.size() - 1);
  const Digest key = digest("number", std::to_string(value.size()) + ' ' + std::string(salt));
  return std::to_string(least + permuted(number_of(value) - least, 9 * least, key));
}

std::string Pseudonyms::number(std::string_view json, std::string_view salt) const {
  const auto length_of_digits = [&](size_t at) {
    const size_t end = std::min(json.find_first_not_of("0123456789", at), json.size());
    return end - at;
  };
  size_t at = json.starts_with('-') ? 1 : 0;
  std::string result(json.substr(0, at));
  const size_t whole = length_of_digits(at);
  result += whole_number(json.substr(at, whole), salt);
  at += whole;
  if (at < json.size() && json[at] == '.') {
    const size_t fraction = length_of_digits(++at);
    result += '.';
    result += digits(json.substr(at, fraction), std::string(salt) + " fraction");
    at += fraction;
  }
  for (; at < json.size(); ++at) result += is_digit(json[at]) ? '0' : json[at];
  return result;
}

std::string Pseudonyms::url(std::string_view value) const {
  constexpr std::string_view schemes[] = {"https://", "http://"};
  const auto* scheme = std::ranges::find_if(schemes, [&](auto each) { return value.starts_with(each); });
  if (scheme == std::end(schemes)) return text(value);
  const std::string_view rest = value.substr(scheme->size());
  const size_t end = std::min(rest.find('/'), rest.size());
  const std::string_view host = rest.substr(0, end);
  const bool is_short = is_among(short_hosts, host);
  if (value.size() > max_url || !(is_short || is_among(long_hosts, host))) return foreign_url(value);
  return std::string(value.substr(0, scheme->size() + end)) + path(rest.substr(end), is_short);
}

std::string Pseudonyms::foreign_url(std::string_view value) const {
  return "https://redacted.invalid/" + hex("url", value);
}

/// What follows the host, part by part. `is_short`: that of a check-in URL, a code.
std::string Pseudonyms::path(std::string_view rest, bool is_short) const {
  std::string result;
  std::string_view before;
  while (!rest.empty()) {
    if (delimiters.find(rest.front()) != std::string_view::npos) {
      result += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    const std::string_view part = rest.substr(0, std::min(rest.find_first_of(delimiters), rest.size()));
    rest.remove_prefix(part.size());
    const bool names_company =
        before == "book" || before == "companies" || (before.empty() && rest.starts_with("/dashboard"));
    if (is_uuid(part))
      result += uuid(part);
    else if (!is_short && (is_among(path_words, part) || (names_company && is_shortname(part)) ||
                           (before == "items" && part.size() <= 20 && are_digits(part))))
      result += part;
    else
      result += are_digits(part) ? many_digits(part, "url") : code(part);
    before = part;
  }
  return result;
}

uint64_t Pseudonyms::draw(std::string_view salt) const { return number_in(digest("draw", salt), 0); }

}  // namespace farehook
