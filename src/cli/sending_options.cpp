#include "cli/sending_options.hpp"

#include "delivery/base64.hpp"
#include "delivery/error.hpp"
#include "delivery/header_field.hpp"
#include "delivery/letter_case.hpp"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace farehook {

namespace {

/// `needed` says which option takes which file.
std::string content_of(const std::string& path, const std::string& needed) {
  // A folder can be opened, but not read: the stream would throw what says nothing of it.
  std::error_code none;
  if (std::filesystem::is_directory(path, none))
    throw Error(path + ": it is a folder, not a file; " + needed);
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file)
    throw Error(path + ": " + std::generic_category().message(errno != 0 ? errno : EIO) + "; " + needed);
  return text;
}

}  // namespace

Header parse_header(const std::string& option, const std::string& text) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos) refuse(option, "it is not 'Name: value'");
  Header header{lower_case(text.substr(0, colon)), text.substr(colon + 1)};
  header.value.erase(0, header.value.find_first_not_of(" \t"));
  if (!is_field(header.name, header.value)) refuse(option, "\"" + header.name + "\" can't be sent");
  if (header.name == "content-length" || header.name == "transfer-encoding" || header.name == "connection")
    refuse(option, header.name + " is farehook's own business");
  return header;
}

std::string basic_credentials(const std::optional<std::string>& file, const std::string& option,
                              const std::string& variable) {
  const char* const given = std::getenv(variable.c_str());
  std::string text = file               ? content_of(*file, option + " takes one with user:password in it")
                     : given != nullptr ? given
                                        : "";
  text = text.substr(0, text.find_first_of("\r\n"));
  const bool is_asked_for = file || given != nullptr;
  if (is_asked_for && text.find(':') == std::string::npos)
    throw Error((file ? *file : variable) + ": there is no user:password in it");
  return text;
}

SendingPlan SendingOptions::plan() const {
  if (timeout && timeout->count() == 0) refuse("--timeout", "it leaves no time at all");
  SendingPlan plan = given;
  if (timeout) plan.sender.timeout = *timeout;
  if (interval) plan.courier.retry.interval = *interval;
  if (has_field(plan.headers, "authorization")) return plan;
  const std::string& of_url = plan.sender.endpoint.credentials;
  const std::string text = of_url.empty() ? basic_credentials(auth_file) : of_url;
  if (!text.empty()) plan.headers.push_back({"authorization", "Basic " + to_base64(text)});
  return plan;
}

CLI::Option* add_url(CLI::App& app, const std::string& name, Endpoint& into, const std::string& help) {
  return add_value(
      app, name, "URL",
      [name, &into](const std::string& url) {
        auto endpoint = parse_endpoint(url);
        if (const auto* fault = std::get_if<EndpointFault>(&endpoint))
          refuse(name, "not a URL to send to: " + fault->reason);
        into = std::get<Endpoint>(std::move(endpoint));
      },
      help);
}

void add_endpoint(CLI::App& app, SendingOptions& into) {
  add_url(app, "--to", into.given.sender.endpoint, "Where it is sent: http://127.0.0.1:3000/webhooks");
}

void add_request(CLI::App& app, SendingOptions& into) {
  const char* const group = "The request";
  add_each(
      app, "--header", "FIELD",
      [&into](const std::string& text) { into.given.headers.push_back(parse_header("--header", text)); },
      "Header field, 'Name: value'; repeatable")
      ->group(group);
  add_text(app, "--auth-file", "FILE", into.auth_file, "File with user:password to send [FAREHOOK_AUTH]")
      ->group(group);
  add_duration(app, "--timeout", into.timeout, "Time for a whole attempt [30s]")->group(group);
  add_value(
      app, "--cacert", "FILE",
      [&into](const std::string& file) {
        if (content_of(file, "--cacert takes one with certificates (PEM)").find("-----BEGIN ") ==
            std::string::npos)
          refuse("--cacert", file + ": no certificate in it (PEM)");
        into.given.sender.trust.ca_file = file;
      },
      "Authorities to trust (PEM), instead of the system's")
      ->group(group);
}

void add_retries(CLI::App& app, SendingOptions& into, OptionHelp help) {
  add_number(
      app, "--retries", 0, 1000, "a number (0 to 1000)",
      [&into](uint64_t count) { into.given.courier.retry.max_retries = static_cast<int>(count); }, help.text)
      ->group(help.group);
  add_duration(app, "--interval", into.interval, "From one attempt's end to the next [60s]")
      ->group(help.group);
}

void add_concurrency(CLI::App& app, SendingOptions& into, OptionHelp help) {
  add_number(
      app, "--concurrency", 1, 256, "a number of connections (1 to 256)",
      [&into](uint64_t count) { into.given.courier.at_once = count; }, help.text)
      ->group(help.group);
}

void add_expectation(CLI::App& app, SendingOptions& into, OptionHelp help) {
  add_value(
      app, "--expect", "STATUSES",
      [&into](const std::string& text) {
        const auto statuses = parse_statuses(text);
        if (!statuses)
          refuse("--expect", "\"" + text + "\" is not a list of statuses such as 2xx or 200,204");
        into.given.courier.retry.accepted = *statuses;
      },
      help.text)
      ->group(help.group);
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
