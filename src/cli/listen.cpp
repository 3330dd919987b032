#include "cli/command.hpp"
#include "cli/event_options.hpp"
#include "cli/file_identity.hpp"
#include "cli/listener.hpp"
#include "cli/sending_options.hpp"
#include "delivery/base64.hpp"
#include "delivery/json_text.hpp"
#include "delivery/line_reader.hpp"
#include "delivery/query.hpp"

#include <memory>

namespace farehook {

namespace {

struct ListenOptions {
  ListenPlan plan;
  std::optional<std::chrono::milliseconds> request_timeout, forward_timeout;
  Forwarder::Plan forward;
  bool has_port = false;
  std::optional<std::string> certificate_file, key_file, auth_file, forward_auth_file;
  bool is_self_signed = false;
};

/// A path, and behind a question mark what requests must have: it may be a secret, and is not repeated.
std::string fault_of_path(const std::string& text) {
  const std::string path = text.substr(0, text.find('?'));
  const bool is_path = path.starts_with('/') && path.find_first_of("# ") == std::string::npos;
  if (!is_path) return "\"" + path + "\" is not a path such as /webhooks";
  if (path.size() == text.size()) return "";
  const std::string query = text.substr(path.size() + 1);
  const std::vector<QueryParameter> parameters = parameters_of(query);
  const bool is_query = !parameters.empty() && query.find_first_of("?# ") == std::string::npos &&
                        std::ranges::all_of(parameters, [](const QueryParameter& each) {
                          return !each.name().empty() && each.has_value();
                        });
  return is_query ? "" : "behind the ? of " + path + " there has to be NAME=VALUE, or more with & between";
}

void add_where(CLI::App& app, ListenOptions& options) {
  ReceiverOptions& receiver = options.plan.receiver;
  const char* const where = "Where it listens";
  add_text(app, "--host", "HOST", receiver.host, "Name or address to listen on [127.0.0.1]")->group(where);
  add_number(
      app, "--port", 0, 65535, "a port (0 to 65535)",
      [&options](uint64_t port) {
        options.plan.receiver.port = static_cast<int>(port);
        options.has_port = true;
      },
      "Port to listen on; 0: any that is free [8080]")
      ->group(where);
  add_text(app, "--path", "PATH", receiver.path, "Path to take, or /hook?key=S; 404 at any other")
      ->group(where)
      ->check(fault_of_path);
  add_text(app, "--ready-file", "FILE", options.plan.ready_file,
           "File that holds the URL as long as it listens")
      ->group(where);
}

void add_admission(CLI::App& app, ListenOptions& options) {
  const char* const admission = "Who may send";
  add_text(app, "--tls-cert", "FILE", options.certificate_file, "Speak TLS with this certificate (PEM)")
      ->group(admission);
  add_text(app, "--tls-key", "FILE", options.key_file, "The certificate's private key (PEM)")
      ->group(admission);
  app.add_flag("--tls-self-signed", options.is_self_signed, "Speak TLS with a certificate made on the spot")
      ->group(admission);
  add_text(app, "--auth-file", "FILE", options.auth_file,
           "File with user:password to ask for [FAREHOOK_AUTH]")
      ->group(admission);
  app.add_flag("--keep-credentials", options.plan.receiver.keeps_credentials,
               "Keep the senders' credentials in the records")
      ->group(admission);
}

void add_records(CLI::App& app, ListenPlan& plan) {
  const char* const records = "The records";
  CLI::Option* append =
      add_text(app, "--append", "FILE", plan.append, "File to append records to [standard output]")
          ->group(records);
  app.add_flag("--tee", plan.tee, "With --append: print the records too")->group(records)->needs(append);
  app.add_flag("--sync", plan.sync, "With --append: answer when it is on the disk")
      ->group(records)
      ->needs(append);
  app.add_flag("--check", plan.check, "Check bodies as validate does; record the findings")->group(records);
  add_redact(app, plan.redact, records);
}

void add_limits(CLI::App& app, ListenOptions& options) {
  ReceiverOptions& receiver = options.plan.receiver;
  const char* const limits = "Limits";
  add_size(app, "--max-body", receiver.max_body_bytes, "Largest body that is taken [8MiB]")->group(limits);
  add_number(
      app, "--max-connections", 1, 1'000'000, "a number of connections (1 to 1000000)",
      [&receiver](uint64_t count) { receiver.max_connections = count; }, "Connections open at once [10000]")
      ->group(limits);
  add_duration(app, "--request-timeout", options.request_timeout, "Time to send a whole request in [30s]")
      ->group(limits);
}

void add_answer(CLI::App& app, ListenPlan& plan) {
  const char* const answer = "The answer";
  add_value(
      app, "--respond", "PLAN",
      [&plan](const std::string& text) {
        const auto answers = parse_answer_plan(text);
        if (!answers)
          refuse("--respond",
                 "\"" + text + "\" is no status and no plan such as 500x2,drop,hang:10s,204@2s,200");
        plan.respond = *answers;
      },
      "Answers by attempt: 500, or 500x2,drop,200 [200]")
      ->group(answer);
  add_text(app, "--respond-body", "TEXT", plan.content.body, "Body of these answers")->group(answer);
  add_each(
      app, "--respond-header", "FIELD",
      [&plan](const std::string& text) {
        Header header = parse_header("--respond-header", text);
        // The body's type is one, whoever names it.
        if (header.name == "content-type")
          plan.content.type = header.value;
        else
          plan.content.headers.push_back(std::move(header));
      },
      "Header field of these, 'Name: value'; repeatable")
      ->group(answer);
}

void add_choosing(CLI::App& app, ListenPlan& plan) {
  const char* const choosing = "The records";
  CLI::Option* only = add_only(app, plan.only, "Events, such as created,cancelled [all]");
  only->group(choosing);
  add_configured(app, plan.only, "Only creations, or only cancellations [all]")
      ->group(choosing)
      ->excludes(only);
}

void add_forwarding(CLI::App& app, ListenOptions& options) {
  Forwarder::Plan& forward = options.forward;
  const char* const forwarding = "The app behind it";
  CLI::Option* to = add_url(app, "--forward-to", forward.sender.endpoint,
                            "Relay each delivery; answer with the app's status")
                        ->group(forwarding)
                        ->excludes("--respond")
                        ->excludes("--respond-body")
                        ->excludes("--respond-header");
  add_duration(app, "--forward-timeout", options.forward_timeout, "Time for the app to answer in [30s]")
      ->group(forwarding)
      ->needs(to);
  add_text(app, "--forward-auth-file", "FILE", options.forward_auth_file,
           "File with user:password for it [FAREHOOK_FORWARD_AUTH]")
      ->group(forwarding)
      ->needs(to);
  app.add_flag_function(
         "--forward-insecure", [&forward](int64_t) { forward.sender.trust.verifies_certificate = false; },
         "Take any certificate of the app")
      ->group(forwarding)
      ->needs(to);
  app.add_flag("--keep-path", forward.keeps_path, "Ask for the received path behind the URL's")
      ->group(forwarding)
      ->needs(to);
}

void add_end(CLI::App& app, ListenPlan& plan) {
  const char* const end = "When it ends";
  add_number(
      app, "--count", 1, UINT64_MAX, "a number of deliveries (1 or more)",
      [&plan](uint64_t count) { plan.count = count; }, "End when N deliveries are stored")
      ->group(end);
  add_duration(app, "--timeout", plan.timeout, "End after this time; with 1 if --count is not met")
      ->group(end);
  app.add_flag("--demo", plan.demo, "Show it: receive an invented booking's life")
      ->group(end)
      ->excludes("--respond")
      ->excludes("--respond-body")
      ->excludes("--respond-header");
}

Forwarder::Plan forward_of(const ListenOptions& options) {
  Forwarder::Plan forward = options.forward;
  if (options.plan.demo) refuse("--demo", "it shows what stands without an app");
  if (options.forward_timeout) forward.sender.timeout = *options.forward_timeout;
  if (forward.sender.timeout.count() == 0) refuse("--forward-timeout", "it leaves no time at all");
  const std::string& of_url = forward.sender.endpoint.credentials;
  const std::string credentials =
      of_url.empty()
          ? basic_credentials(options.forward_auth_file, "--forward-auth-file", "FAREHOOK_FORWARD_AUTH")
          : of_url;
  if (!credentials.empty()) forward.headers.push_back({"authorization", "Basic " + to_base64(credentials)});
  return forward;
}

std::optional<TlsOptions> tls_of(const ListenOptions& options) {
  if (options.is_self_signed && (options.certificate_file || options.key_file))
    refuse("--tls-self-signed", "the certificate comes from --tls-cert and --tls-key already");
  if (options.certificate_file && !options.key_file)
    refuse("--tls-cert", "its private key is missing: --tls-key FILE");
  if (options.key_file && !options.certificate_file)
    refuse("--tls-key", "its certificate is missing: --tls-cert FILE");
  if (options.is_self_signed) return TlsOptions{"", "", true};
  if (!options.certificate_file) return std::nullopt;
  return TlsOptions{*options.certificate_file, *options.key_file, false};
}

/// It is made anew, and removed in the end, which no other file may be.
void refuse_shared_ready_file(const ListenOptions& options) {
  const ListenPlan& plan = options.plan;
  const std::pair<const char*, std::optional<std::string>> others[] = {
      {"--append", plan.append},
      {"--redact-key", plan.redact.key_file},
      {"--tls-cert", options.certificate_file},
      {"--tls-key", options.key_file},
      {"--auth-file", options.auth_file},
      {"--forward-auth-file", options.forward_auth_file}};
  const auto ready = plan.ready_file ? identity_of(*plan.ready_file) : std::nullopt;
  for (const auto& [name, file] : others)
    if (ready && file && identity_of(*file) == ready)
      refuse("--ready-file", "it is the file of " + std::string(name) + ", and would be removed");
}

bool is_json(const std::string& text) {
  JsonVisitor nobody;
  return !read_json(text, nobody);
}

int run(ListenOptions& options, Session& session) {
  ListenPlan& plan = options.plan;
  ReceiverOptions& receiver = plan.receiver;
  receiver.tls = tls_of(options);
  if (plan.demo && (receiver.tls || options.auth_file || !receiver.path.empty()))
    refuse("--demo", "its sender knows no TLS, no password and no --path");
  if (!plan.demo) receiver.credentials = basic_credentials(options.auth_file);
  if (plan.content.type.empty() && is_json(plan.content.body)) plan.content.type = "application/json";
  if (plan.demo && !options.has_port) plan.receiver.port = 0;
  if (options.request_timeout && options.request_timeout->count() == 0)
    refuse("--request-timeout", "it leaves no time at all");
  // Its record may be eight times as long, and has to be read again.
  if (receiver.max_body_bytes > max_line_bytes / 8) refuse("--max-body", "it is more than 32MiB");
  if (receiver.host.empty()) refuse("--host", "\"\" is not a name or an address");
  if (plan.append == "-")
    refuse("--append", "without it records go to standard output; ./- is the file of this name");
  refuse_shared_ready_file(options);
  if (options.request_timeout) plan.receiver.request_deadline = *options.request_timeout;
  if (!options.forward.sender.endpoint.host.empty()) plan.forward = forward_of(options);
  receiver.takes_time =
      plan.sync || plan.forward ||
      std::ranges::any_of(plan.respond, [](const AnswerStep& step) { return step.delay.count() > 0; });
  return listen(plan, session);
}

}  // namespace

Command add_listen(CLI::App& app) {
  auto options = std::make_shared<ListenOptions>();
  CLI::App* listen = app.add_subcommand("listen", "Receive webhooks; print them, or append them to a file");
  add_where(*listen, *options);
  add_admission(*listen, *options);
  add_records(*listen, options->plan);
  add_choosing(*listen, options->plan);
  add_answer(*listen, options->plan);
  add_forwarding(*listen, *options);
  add_limits(*listen, *options);
  add_end(*listen, options->plan);
  add_display(*listen, options->plan.display);
  listen->footer(
      "Examples:\n"
      "  farehook listen --append webhooks.jsonl\n"
      "  farehook listen | jq -c '{event, booking, attempt}'");
  return {listen, [options](Session& session) { return run(*options, session); }};
}

}  // namespace farehook
