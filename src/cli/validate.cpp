#include "booking/json_schema.hpp"
#include "booking/validation.hpp"
#include "cli/command.hpp"
#include "cli/exit_status.hpp"
#include "cli/inputs.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/report.hpp"
#include "cli/rule_pages.hpp"
#include "cli/terminal.hpp"
#include "delivery/error.hpp"

#include <array>

namespace farehook {

namespace {

enum class Format { text, json, github, junit, sarif };
constexpr std::array<std::string_view, 5> format_names = {"text", "json", "github", "junit", "sarif"};

struct ValidateOptions {
  std::vector<std::string> inputs;
  std::optional<PayloadType> type;
  Format format = Format::text;
  bool strict = false;
  bool all = false;
  bool rules = false;
  std::optional<std::string> explain;
  std::optional<std::string> schema;
  DisplayOptions display;
};

void add_options(CLI::App& validate, ValidateOptions& options) {
  add_inputs(validate, "INPUT...", options.inputs,
             "Payloads (.json), captures (.jsonl), HARs, folders, or -");
  const char* const checks = "What is checked";
  std::vector<std::string_view> types = payload_type_names();
  types.insert(types.begin(), "auto");
  add_choice(
      validate, "--type", "TYPE", types,
      [&options](const std::string& name) { options.type = payload_type_named(name); },
      "Data type to check against: bookings, item, ... [auto]")
      ->group(checks);
  validate.add_flag("--strict", options.strict, "Warnings fail, too")->group(checks);
  const char* const telling = "How findings are told";
  add_choice(
      validate, "--format", "FORMAT", {format_names.begin(), format_names.end()},
      [&options](const std::string& name) {
        options.format = static_cast<Format>(std::ranges::find(format_names, name) - format_names.begin());
      },
      "text, json (JSON Lines), github, junit or sarif [text]")
      ->group(telling);
  validate.add_flag("--all", options.all, "In text: each finding, not only 10 of a kind and place")
      ->group(telling);
  const char* const knowledge = "What farehook knows";
  CLI::Option* list = validate.add_flag("--rules", options.rules, "List the rules, with their sources");
  std::vector<std::string_view> rule_names;
  for (const Rule& rule : rules()) rule_names.push_back(rule.name);
  CLI::Option* explain =
      offer(add_text(validate, "--explain", "RULE", options.explain, "Explain a rule"), rule_names)
          ->excludes(list);
  CLI::Option* schema = add_choice(
                            validate, "--schema", "TYPE", payload_type_names(),
                            [&options](const std::string& name) { options.schema = name; },
                            "Print a data type as JSON Schema 2020-12")
                            ->excludes(list)
                            ->excludes(explain);
  for (CLI::Option* const each : {list, explain, schema}) {
    each->group(knowledge);
    for (const char* const of_checking : {"--type", "--strict", "--all"}) each->excludes(of_checking);
    if (each != list) each->excludes("--format");
  }
  add_display(validate, options.display);
  validate.footer(
      "Examples:\n"
      "  farehook validate fixtures/\n"
      "  farehook validate --strict --format github captures.jsonl");
}

class Validation {
 public:
  Validation(const ValidateOptions& options, Session& session)
      : options_(options),
        session_(session),
        terminal_(session.err, options.display.color, options.display.quiet),
        output_(session.out),
        report_(make_report()),
        validator_(options.type) {}

  int run() {
    const auto complain = [this](const std::string& what) {
      terminal_.complain(what);
      ++not_read_;
    };
    for (const Input& input : inputs_of(options_.inputs, complain)) {
      try {
        ++files_;
        read_input(input, session_, [this](const InputText& text) {
          check(text);
          return !output_.has_lost_its_reader();
        });
      } catch (const Error& error) {
        if (output_.has_failed()) throw;
        --files_;
        complain(error.what());
      }
      if (output_.has_lost_its_reader() || session_.signals.has_been_asked()) break;
    }
    if (output_.has_lost_its_reader()) return status();
    report_->finish();
    if (session_.signals.has_been_asked()) return exit_signal_base + session_.signals.stop_signal();
    summarize();
    return status();
  }

 private:
  std::unique_ptr<Report> make_report() {
    ReportOptions options;
    options.shows_all = options_.all;
    options.strict = options_.strict;
    options.is_colored = Terminal(session_.out, options_.display.color, true).is_colored();
    switch (options_.format) {
      case Format::json:
        return json_report(output_);
      case Format::github:
        return github_report(output_);
      case Format::junit:
        return junit_report(output_, options);
      case Format::sarif:
        return sarif_report(output_);
      case Format::text:
        break;
    }
    return text_report(output_, options);
  }

  void check(const InputText& text) {
    const Findings findings =
        text.har_entry != 0 ? validator_.check_har_entry(text.text) : validator_.check(text.text);
    ++payloads_;
    for (const Finding& finding : findings.listed) listed_.add(finding.rule->severity);
    not_listed_.add(findings.more);
    report_->add({text.file, text.first_line, text.text, text.is_line, findings, text.first_column});
  }

  void summarize() {
    const auto some = [](size_t number, const std::string& thing) {
      return std::to_string(number) + " " + thing + (number == 1 ? "" : "s");
    };
    std::string text = some(payloads_, "payload") + " in " + some(files_, "file") + ": ";
    const size_t errors = listed_.of(Severity::error), warnings = listed_.of(Severity::warning);
    if (listed_.all() == 0)
      text += "nothing found";
    else
      text +=
          terminal_.paint(errors > 0 ? Terminal::Color::red : Terminal::Color::none, some(errors, "error")) +
          ", " +
          terminal_.paint(warnings > 0 ? Terminal::Color::yellow : Terminal::Color::none,
                          some(warnings, "warning")) +
          ", " + some(listed_.of(Severity::note), "note");
    if (not_read_ > 0) text += "; " + some(not_read_, "input") + " could not be read";
    if (not_listed_.all() > 0) text += ", " + not_listed_in_words(not_listed_);
    terminal_.say(text);
  }

  int status() const {
    if (not_read_ > 0) return exit_could_not;
    const Severity fails_from = options_.strict ? Severity::warning : Severity::error;
    const bool has_fault = listed_.from(fails_from) + not_listed_.from(fails_from) > 0;
    return has_fault ? exit_not_so : exit_good;
  }

  const ValidateOptions& options_;
  Session& session_;
  Terminal terminal_;
  Output output_;
  std::unique_ptr<Report> report_;
  Validator validator_;
  size_t not_read_ = 0;  ///< inputs
  size_t files_ = 0, payloads_ = 0;
  SeverityCounts listed_, not_listed_;
};

int print(Session& session, const std::string& text) {
  Output(session.out).write(text);
  return exit_good;
}

/// What is printed is known without any input.
void refuse_inputs(const ValidateOptions& options) {
  const std::string asked = options.rules ? "--rules" : options.explain ? "--explain" : "--schema";
  if (!options.inputs.empty())
    refuse(options.inputs.front(), "it is not read: " + asked + " prints what farehook knows");
}

int run(const ValidateOptions& options, Session& session) {
  if (options.rules || options.explain || options.schema) refuse_inputs(options);
  if (options.rules && options.format != Format::text && options.format != Format::json)
    refuse("--format", "the rules are listed as text or json");
  if (options.rules)
    return print(session, rule_list(options.format == Format::json, terminal_columns(session.out)));
  if (options.explain) {
    if (const Rule* rule = find_rule(*options.explain)) return print(session, rule_page(*rule));
    refuse("--explain", "\"" + *options.explain + "\" is not a rule; --rules lists them");
  }
  if (options.schema) return print(session, json_schema(*payload_type_named(*options.schema)));
  if (options.inputs.empty())
    throw CLI::RequiredError("an input (a file, a folder, or - for standard input)");
  return Validation(options, session).run();
}

}  // namespace

Command add_validate(CLI::App& app) {
  auto options = std::make_shared<ValidateOptions>();
  CLI::App* validate = app.add_subcommand("validate", "Check payloads and captures field by field");
  add_options(*validate, *options);
  return {validate, [options](Session& session) { return run(*options, session); }};
}

}  // namespace farehook
