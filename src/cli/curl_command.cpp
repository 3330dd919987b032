#include "cli/curl_command.hpp"

#include "delivery/header_field.hpp"
#include "delivery/utf8.hpp"

#include <algorithm>
#include <cctype>

namespace farehook {

namespace {

/// curl asks first whether a larger body may come.
constexpr size_t max_bytes_without_expect = size_t{1} << 20;

/// The bytes of the character at `at`; 0 if it is a control character or not UTF-8.
size_t printable_length(const char* at, const char* end) {
  const auto byte = static_cast<unsigned char>(*at);
  if (byte < 0x80) return byte >= 0x20 && byte != 0x7f ? 1 : 0;
  const bool is_control = byte == 0xc2 && end - at > 1 && static_cast<unsigned char>(at[1]) < 0xa0;
  return is_control ? 0 : utf8_sequence_length(at, end);
}

/// In single quotes: the text itself, or, where it can't be printed, a format of which printf(1) makes it.
struct Quoted {
  std::string text;
  bool is_format;
};

std::string in_quotes(std::string_view text, bool as_format) {
  std::string quoted = "'";
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const size_t length = printable_length(at, end);
    const bool is_option = as_format && *at == '-' && at == text.data();
    if (length == 0 || is_option) {
      const auto byte = static_cast<unsigned char>(*at);
      if (byte == '\n')
        quoted += "\\n";
      else
        for (const int shift : {9, 6, 3, 0})
          quoted += shift == 9 ? '\\' : static_cast<char>('0' + (byte >> shift & 7));
    } else if (*at == '\'') {
      quoted += "'\\''";
    } else {
      if (as_format && (*at == '%' || *at == '\\')) quoted += *at;
      quoted.append(at, length);
    }
    at += std::max<size_t>(length, 1);
  }
  return quoted + "'";
}

Quoted shell_quoted(std::string_view text) {
  const char* const end = text.data() + text.size();
  const char* at = text.data();
  while (at != end && printable_length(at, end) > 0) at += printable_length(at, end);
  return {in_quotes(text, at != end), at != end};
}

/// What can be printed needs no command of its own. No line feed ends what it makes: the shell would take it.
std::string word(std::string_view text) {
  const Quoted word = shell_quoted(text);
  return word.is_format ? "\"$(printf " + word.text + ")\"" : word.text;
}

/// Whether curl asks for the target of a URL as it stands there: nothing in it is expanded, resolved, cut off
/// or encoded.
bool is_plain(std::string_view target) {
  return target.find("/.") == std::string_view::npos && std::ranges::all_of(target, [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                  std::string_view("-._~!$&'()*+,;=:@/?%").find(c) != std::string_view::npos;
         });
}

}  // namespace

std::string curl_command(const Delivery& delivery, const SenderOptions& to) {
  const Quoted body = shell_quoted(delivery.body);
  std::string command =
      (body.is_format ? "printf " : "printf %s ") + body.text + " | curl -sS --data-binary @-";
  if (delivery.method != "POST") command += " -X " + word(delivery.method);
  if (!to.trust.verifies_certificate) command += " --insecure";
  if (!to.trust.ca_file.empty()) command += " --cacert " + word(to.trust.ca_file);
  for (const Header& header : delivery.headers) {
    const bool is_empty = header.value.find_first_not_of(" \t") == std::string::npos;
    command += " -H " + word(is_empty ? header.name + ";" : header.name + ": " + header.value);
  }
  // Else curl says that it is a form.
  if (!has_field(delivery.headers, "content-type")) command += " -H content-type:";
  if (!has_field(delivery.headers, "user-agent")) command += " -A farehook/" FAREHOOK_VERSION;
  if (delivery.body.size() > max_bytes_without_expect) command += " -H expect:";
  const std::string target = delivery.target();
  if (is_plain(target)) return command + " " + word(to.endpoint.url(target)) + "\n";
  return command + " --request-target " + word(target) + " " + word(to.endpoint.url("/")) + "\n";
}

}  // namespace farehook
