#include "cli/command.hpp"
#include "cli/event_options.hpp"
#include "cli/sending_options.hpp"
#include "cli/simulator.hpp"
#include "delivery/quantity.hpp"

#include <charconv>

namespace farehook {

namespace {

struct SimulateOptions {
  SimulationPlan plan;
  SendingOptions sending;
};

/// "10%" as 0.1.
double parse_share(const std::string& option, const std::string& text) {
  double number = 0;
  const char* const end = text.data() + text.size() - (text.ends_with('%') ? 1 : 0);
  const auto [stop, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc{} || stop != end || !text.ends_with('%') || number < 0 || number > 100)
    refuse(option, "\"" + text + "\" is not a share such as 10%");
  return number / 100;
}

std::pair<std::chrono::milliseconds, std::chrono::milliseconds> parse_outage(const std::string& text) {
  const size_t dots = text.find("..");
  const auto from = parse_duration(text.substr(0, dots));
  const auto to = dots == std::string::npos ? std::nullopt : parse_duration(text.substr(dots + 2));
  if (!from || !to || *to <= *from) refuse("--outage", "\"" + text + "\" is not FROM..TO such as 10s..4m");
  return {*from, *to};
}

void add_what(CLI::App& app, SimulationPlan& plan) {
  const char* const what = "What is sent";
  add_choice(
      app, "--scenario", "NAME", scenario_names(),
      [&plan](const std::string& name) { plan.scenario = *scenario_named(name); },
      "What happens: created, lifecycle, mixed, ... [created]")
      ->group(what);
  add_number(
      app, "--bookings", 1, 1'000'000'000, "a number of bookings (1 or more)",
      [&plan](uint64_t count) { plan.bookings = count; }, "Bookings whose story is told [1]")
      ->group(what);
  add_number(
      app, "--seed", 0, UINT64_MAX, "a whole number", [&plan](uint64_t seed) { plan.seed = seed; },
      "Another seed invents other bookings [1]")
      ->group(what);
  add_choice(
      app, "--type", "TYPE", payload_type_names(),
      [&plan](const std::string& name) { plan.type = *payload_type_named(name); },
      "Data type of the webhooks [bookings-with-payments]")
      ->group(what);
  add_configured(app, plan.configured, "Only creations, or only cancellations [all]")->group(what);
  const char* const trouble = "Trouble";
  const auto share = [&app, trouble](const char* name, double& into, const char* help) {
    add_value(
        app, name, "N%", [name, &into](const std::string& text) { into = parse_share(name, text); }, help)
        ->group(trouble);
  };
  share("--duplicates", plan.duplicates, "Webhooks that are sent twice");
  share("--near-duplicates", plan.near_duplicates, "Webhooks that come again with another capacity");
  share("--reorder", plan.reorder, "Webhooks that come behind the next one");
  app.add_flag("--print", plan.print, "Send nothing; print the webhooks as records")->group(what);
}

void add_when(CLI::App& app, SimulateOptions& options) {
  SimulationPlan& plan = options.plan;
  const char* const when = "When";
  add_duration(app, "--over", plan.over, "Time in which all are sent for the first time")->group(when);
  add_value(
      app, "--speed", "N", [&plan](const std::string& text) { plan.speed = parse_factor("--speed", text); },
      "With --to: the clock goes N times as fast [1]")
      ->group(when);
  add_retries(app, options.sending, {when, "Retries of what is not accepted [3]"});
  add_concurrency(app, options.sending, {when, "With --to: connections [16]"});
}

void add_receiver(CLI::App& app, SimulateOptions& options) {
  const char* const receiver = "Who receives it";
  add_value(
      app, "--answers", "PLAN",
      [&options](const std::string& text) {
        const auto answers = parse_answer_plan(text);
        if (!answers)
          refuse("--answers", "\"" + text + "\" is not a plan such as 500x2,drop,hang:10s,204@2s,200");
        options.plan.answers = *answers;
      },
      "Without --to: answers by attempt: 500,drop,200 [200]")
      ->group(receiver);
  add_value(
      app, "--outage", "FROM..TO",
      [&options](const std::string& text) { options.plan.outage = parse_outage(text); },
      "Without --to: when nobody listens, such as 10s..4m")
      ->group(receiver);
  add_expectation(app, options.sending, {receiver, "Answers that FareHarbor accepts [2xx]"});
  bool& verifies = options.sending.given.sender.trust.verifies_certificate;
  add_choice(
      app, "--as", "WHICH", {"production", "test"},
      [&verifies](const std::string& which) { verifies = which == "production"; },
      "production, or test: any certificate [production]")
      ->group(receiver);
}

int run(const CLI::App& app, SimulateOptions& options, Session& session) {
  SimulationPlan& plan = options.plan;
  const bool is_sent = options.sending.given.has_endpoint();
  for (const char* of_attempts :
       {"--to", "--answers", "--outage", "--retries", "--interval", "--timeout", "--expect"})
    if (plan.print && app.count(of_attempts) > 0) refuse(of_attempts, "with --print nothing is sent");
  for (const char* embedded : {"--answers", "--outage"})
    if (is_sent && app.count(embedded) > 0) refuse(embedded, "with --to the receiver answers for itself");
  for (const char* of_sending : {"--speed", "--concurrency", "--as", "--header", "--auth-file", "--cacert"})
    if (!is_sent && app.count(of_sending) > 0) refuse(of_sending, "it is for what is sent: --to URL as well");
  for (const char* invention : {"--scenario", "--bookings", "--type", "--over", "--near-duplicates"})
    if (!plan.inputs.empty() && app.count(invention) > 0)
      refuse(invention, "it is for invented bookings, not for inputs");
  plan.sending = options.sending.plan();
  return simulate(plan, session);
}

}  // namespace

Command add_simulate(CLI::App& app) {
  auto options = std::make_shared<SimulateOptions>();
  Courier::Plan& courier = options->sending.given.courier;
  courier.at_once = 16;
  courier.retry.max_retries = 3;
  courier.retries_hold_order = false;
  CLI::App* simulate = app.add_subcommand("simulate", "Be FareHarbor: its webhooks, its retries, its clock");
  add_inputs(*simulate, "[INPUT...]", options->plan.inputs,
             "As of replay; without any, bookings are invented");
  add_endpoint(*simulate, options->sending);
  add_what(*simulate, options->plan);
  add_when(*simulate, *options);
  add_receiver(*simulate, *options);
  add_request(*simulate, options->sending);
  add_display(*simulate, options->plan.display);
  simulate->footer(
      "Examples:\n"
      "  farehook simulate --answers 500,drop,200\n"
      "  farehook simulate --scenario lifecycle --to http://127.0.0.1:3000/ --speed 60");
  return {simulate, [simulate, options](Session& session) { return run(*simulate, *options, session); }};
}

}  // namespace farehook
