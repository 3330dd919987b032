#include "cli/sending_options.hpp"

#include "delivery/base64.hpp"
#include "delivery/end_to_end.hpp"
#include "delivery/error.hpp"
#include "delivery/letter_case.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

namespace farehook {

namespace {

[[noreturn]] void refuse(const std::string& option, const std::string& what) {
  throw CLI::ValidationError(option, what);
}

Header parse_header(const std::string& text) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos) refuse("--header", "\"" + text + "\" is not 'Name: value'");
  Header header{lower_case(text.substr(0, colon)), text.substr(colon + 1)};
  header.value.erase(0, header.value.find_first_not_of(" \t"));
  if (!is_field(header.name, header.value)) refuse("--header", "\"" + header.name + "\" can't be sent");
  if (header.name == "content-length" || header.name == "transfer-encoding" || header.name == "connection")
    refuse("--header", header.name + " is farehook's own business");
  return header;
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw Error(path + ": " + std::generic_category().message(errno != 0 ? errno : EIO));
  return text;
}

/// user:password, from the file's first line or from the environment; "" if there is none.
std::string credentials(const std::optional<std::string>& file) {
  const char* const given = std::getenv("FAREHOOK_AUTH");
  std::string text = file ? content_of(*file) : given != nullptr ? given : "";
  text = text.substr(0, text.find_first_of("\r\n"));
  const bool is_asked_for = file || given != nullptr;
  if (is_asked_for && text.find(':') == std::string::npos)
    throw Error((file ? *file : "FAREHOOK_AUTH") + ": there is no user:password in it");
  return text;
}

}  // namespace

std::vector<Header> SendingOptions::all_headers() const {
  std::vector<Header> all = headers;
  if (std::ranges::any_of(all, [](const Header& each) { return each.name == "authorization"; })) return all;
  const std::string of_url = endpoint ? endpoint->credentials : "";
  const std::string text = of_url.empty() ? credentials(auth_file) : of_url;
  if (!text.empty()) all.push_back({"authorization", "Basic " + to_base64(text)});
  return all;
}

std::chrono::milliseconds SendingOptions::timeout() const {
  if (given_timeout && given_timeout->count() == 0) refuse("--timeout", "it leaves no time at all");
  return given_timeout.value_or(std::chrono::seconds{30});
}

void add_endpoint(CLI::App& app, SendingOptions& into) {
  add_value(
      app, "--to", "URL",
      [&into](const std::string& url) {
        auto endpoint = parse_endpoint(url);
        // The URL may hold a password: it is not repeated.
        if (const auto* fault = std::get_if<EndpointFault>(&endpoint))
          refuse("--to", "not a URL to send to: " + fault->reason);
        into.endpoint = std::get<Endpoint>(std::move(endpoint));
      },
      "Where it is sent: http://127.0.0.1:3000/webhooks");
}

void add_request(CLI::App& app, SendingOptions& into) {
  const char* const group = "The request";
  add_each(
      app, "--header", "'NAME: VALUE'",
      [&into](const std::string& text) { into.headers.push_back(parse_header(text)); },
      "A header field, instead of the one of its name; repeatable")
      ->group(group);
  add_text(app, "--auth-file", "FILE", into.auth_file,
           "File with user:password for HTTP Basic; else FAREHOOK_AUTH")
      ->group(group);
  add_duration(app, "--timeout", into.given_timeout, "Time for a whole attempt [30s]")->group(group);
  add_value(
      app, "--cacert", "FILE",
      [&into](const std::string& file) {
        if (content_of(file).find("-----BEGIN ") == std::string::npos)
          refuse("--cacert", file + ": no certificate in it (PEM)");
        into.ca_file = file;
      },
      "Authorities to trust (PEM), instead of the system's")
      ->group(group);
}

double parse_factor(const std::string& option, const std::string& text) {
  double number = 0;
  const char* const end = text.data() + text.size() - (text.ends_with('x') ? 1 : 0);
  const auto [stop, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc{} || stop != end || !(number > 0) || number > 1e9)
    refuse(option, "\"" + text + "\" is not a number above 0, such as 2 or 0.5");
  return number;
}

}  // namespace farehook
