#include "cli/command.hpp"
#include "cli/event_options.hpp"
#include "cli/exit_status.hpp"
#include "cli/replayer.hpp"
#include "cli/sending_options.hpp"

#include <algorithm>
#include <charconv>

namespace farehook {

namespace {

struct ReplayOptions {
  ReplayPlan plan;
  SendingOptions sending;
};

double parse_rate(const std::string& text) {
  const size_t slash = text.find('/');
  const std::string unit = slash == std::string::npos ? "s" : text.substr(slash + 1);
  double number = 0;
  const char* end = text.data() + std::min(slash, text.size());
  const auto [stop, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  const double seconds = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
  if (error != std::errc{} || stop != end || !(number > 0) || number > 1e6 || seconds == 0)
    refuse("--rate", "\"" + text + "\" is not a rate such as 10/s or 90/m");
  return number / seconds;
}

Timestamp parse_moment(const std::string& option, const std::string& text) {
  if (const auto moment = from_rfc3339_with_offset(text)) return *moment;
  if (const auto day = from_rfc3339(text + "T00:00:00Z")) return *day;
  refuse(option, "\"" + text + "\" is not a time such as 2027-03-14T16:00:00Z or 2027-03-14");
}

void add_choosing(CLI::App& app, ReplayPlan& plan) {
  const char* const choosing = "What is sent";
  CLI::Option* only = add_only(app, plan.selection.events, "Events, such as created,cancelled [all]");
  only->group(choosing);
  add_configured(app, plan.selection.events, "Only creations, or only cancellations [all]")
      ->group(choosing)
      ->excludes(only);
  add_text(app, "--booking", "ID", plan.selection.booking, "A booking's uuid, pk or display_id")
      ->group(choosing);
  add_text(app, "--id", "ID", plan.selection.id, "One record")->group(choosing);
  add_value(
      app, "--since", "TIME",
      [&plan](const std::string& text) { plan.selection.since = parse_moment("--since", text); },
      "Received then or later: 2027-03-14T16:00:00Z")
      ->group(choosing);
  add_value(
      app, "--until", "TIME",
      [&plan](const std::string& text) { plan.selection.until = parse_moment("--until", text); },
      "Received before")
      ->group(choosing);
  add_text(app, "--after", "ID", plan.after, "Begin behind this record, where a replay was stopped")
      ->group(choosing);
  add_number(
      app, "--limit", 1, UINT64_MAX, "a number of deliveries (1 or more)",
      [&plan](uint64_t count) { plan.limit = count; }, "End after N deliveries")
      ->group(choosing);
  add_number(
      app, "--repeat", 1, 1'000'000'000, "a number of times (1 or more)",
      [&plan](uint64_t count) { plan.repeat = count; }, "Send all of it N times")
      ->group(choosing);
  CLI::Option* dry_run =
      app.add_flag("--dry-run", plan.dry_run, "Send nothing; print what would be")->group(choosing);
  CLI::Option* print =
      app.add_flag("--print", plan.print, "Send nothing; print the records as they would be sent")
          ->group(choosing)
          ->excludes(dry_run);
  app.add_flag("--curl", plan.curl, "Send nothing; print commands that have curl send it")
      ->group(choosing)
      ->excludes(dry_run)
      ->excludes(print);
}

void add_shaping(CLI::App& app, ReplayOptions& options) {
  ReplayPlan& plan = options.plan;
  const char* const shaping = "What it looks like";
  add_each(
      app, "--set", "POINTER=JSON",
      [&plan](const std::string& text) {
        JsonEdit edit;
        if (const auto reason = parse_json_edit(text, edit)) refuse("--set", *reason);
        plan.edits.push_back(std::move(edit));
      },
      "A value in the body: /booking/pk=7; repeatable")
      ->group(shaping);
  app.add_flag("--keep-path", plan.keeps_path, "Ask for the recorded path behind the URL's")->group(shaping);
  add_redact(app, plan.redact, shaping);
}

void add_sending(CLI::App& app, ReplayOptions& options) {
  ReplayPlan& plan = options.plan;
  const char* const sending = "How it is sent";
  CLI::Option* rate =
      add_value(
          app, "--rate", "N/s", [&plan](const std::string& text) { plan.pace.per_second = parse_rate(text); },
          "A steady rate: 10/s, 90/m [as fast as can be]")
          ->group(sending);
  CLI::Option* speed =
      add_value(
          app, "--speed", "N",
          [&plan](const std::string& text) { plan.pace.speed = parse_factor("--speed", text); },
          "The gaps at which it was received, N times as fast")
          ->group(sending)
          ->excludes(rate);
  add_duration(app, "--max-gap", plan.pace.max_gap, "With --speed: no gap is longer")
      ->group(sending)
      ->needs(speed);
  add_concurrency(app, options.sending, {sending, "Connections; each booking stays in order [1]"});
  add_retries(app, options.sending, {sending, "Try again what is not accepted, N times [0]"});
  bool& verifies = options.sending.given.sender.trust.verifies_certificate;
  app.add_flag_function(
         "--insecure", [&verifies](int64_t) { verifies = false; }, "Take any certificate")
      ->group(sending);
}

void add_judging(CLI::App& app, ReplayOptions& options) {
  ReplayPlan& plan = options.plan;
  const char* const judging = "How it is judged";
  add_expectation(app, options.sending, {judging, "Answers that count as accepted [2xx]"});
  CLI::Option* report = add_each(
      app, "--report", "FORMAT[=FILE]",
      [&plan](const std::string& text) {
        const auto request = parse_report_request(text);
        if (!request)
          refuse("--report", "\"" + text + "\" is not junit=FILE, tap=FILE, github or github=FILE");
        plan.reports.push_back(*request);
      },
      "junit=FILE, tap=FILE, github[=FILE]; repeatable");
  offer(report, {"junit=FILE", "tap=FILE", "github", "github=FILE"})->group(judging);
  CLI::Option* failed_out =
      add_text(app, "--failed-out", "FILE", plan.failed_out, "Append the records that were not accepted")
          ->group(judging);
  for (const char* const sends_nothing : {"--dry-run", "--print", "--curl"}) {
    report->excludes(sends_nothing);
    failed_out->excludes(sends_nothing);
  }
}

int run(ReplayOptions& options, Session& session) {
  ReplayPlan& plan = options.plan;
  if (plan.inputs.empty()) throw CLI::RequiredError("an input (a file, a folder, or - for standard input)");
  if (!options.sending.given.has_endpoint() && (plan.sends() || plan.curl))
    throw CLI::RequiredError("--to URL");
  if (plan.repeat > 1 && std::ranges::find(plan.inputs, "-") != plan.inputs.end())
    refuse("--repeat", "standard input can be read only once");
  if (options.sending.interval && options.sending.given.courier.retry.max_retries == 0)
    refuse("--interval", "nothing is tried again without --retries N");
  plan.sending = options.sending.plan();
  // Commands are handed on: no credentials that are ours.
  if (plan.curl) plan.sending.headers = options.sending.given.headers;
  return replay(plan, session);
}

}  // namespace

Command add_replay(CLI::App& app) {
  auto options = std::make_shared<ReplayOptions>();
  CLI::App* replay = app.add_subcommand("replay", "Send captured webhooks to a URL, exactly as they came");
  add_inputs(*replay, "INPUT...", options->plan.inputs,
             "Captures (.jsonl), payloads (.json), HARs, folders, -");
  add_endpoint(*replay, options->sending);
  add_choosing(*replay, options->plan);
  add_shaping(*replay, *options);
  add_sending(*replay, *options);
  add_request(*replay, options->sending);
  add_judging(*replay, *options);
  add_display(*replay, options->plan.display);
  replay->footer(
      "Examples:\n"
      "  farehook replay webhooks.jsonl --to http://127.0.0.1:3000/webhooks\n"
      "  farehook replay fixtures/ --to $URL --expect 200 --report junit=replay.xml");
  return {replay, [options](Session& session) { return run(*options, session); }};
}

}  // namespace farehook
