#include "cli/options.hpp"

#include "cli/wording.hpp"
#include "delivery/quantity.hpp"

#include <algorithm>
#include <sstream>

namespace farehook {

namespace {

[[noreturn]] void refuse_value(const std::string& name, const std::string& value,
                               const std::string& expected) {
  refuse(name, "\"" + value + "\" is not " + expected);
}

void refuse_flag(const std::string& name, const std::string& kind, const std::string& value) {
  if (value.starts_with("--")) throw CLI::ArgumentMismatch::TypedAtLeast(name, 1, kind);
}

CLI::Option* add(CLI::App& app, const std::string& name, const std::string& kind, const std::string& help,
                 std::function<void(const std::string&)> take) {
  return app
      .add_option_function<std::string>(
          name,
          [name, kind, take = std::move(take)](const std::string& value) {
            refuse_flag(name, kind, value);
            if (kind == "FILE" && value.empty()) refuse_value(name, value, "the name of a file");
            take(value);
          },
          help)
      ->type_name(kind)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

// The option itself keeps the words: CLI11 has a type name, which is then "auto|always|never", or
// "created|updated,..." if it may be some of them, and a text that help shows in its place, the kind.
constexpr char between_words = '|';
constexpr std::string_view some_words = ",...";

CLI::Option* keep_words(CLI::Option* option, const std::vector<std::string_view>& words,
                        std::string_view behind) {
  std::string all;
  for (const std::string_view word : words)
    all += (all.empty() ? "" : std::string(1, between_words)) + std::string(word);
  return option->option_text(option->get_type_name())->type_name(all.append(behind));
}

}  // namespace

void refuse(const std::string& option, const std::string& what) { throw CLI::ValidationError(option, what); }

OptionValue value_of(const CLI::Option& option) {
  using enum OptionValue::Form;
  OptionValue value;
  if (option.get_items_expected_min() == 0) return value;
  std::string type = option.get_type_name();
  const bool has_words = type != "FILE" && !option.get_option_text().empty();
  value.kind = option.get_option_text().empty() ? type : option.get_option_text();
  value.form = type == "FILE" ? file : !has_words ? text : type.ends_with(some_words) ? words : word;
  if (!has_words) return value;
  if (value.form == words) type.resize(type.size() - some_words.size());
  std::istringstream parts(type);
  for (std::string part; std::getline(parts, part, between_words);) value.words.push_back(part);
  return value;
}

CLI::Option* offer(CLI::Option* option, const std::vector<std::string_view>& words) {
  return keep_words(option, words, "");
}

CLI::Option* offer_some(CLI::Option* option, const std::vector<std::string_view>& words) {
  return keep_words(option, words, some_words);
}

CLI::Option* add_text(CLI::App& app, const std::string& name, const std::string& kind, std::string& into,
                      const std::string& help) {
  return add(app, name, kind, help, [&into](const std::string& value) { into = value; });
}

CLI::Option* add_text(CLI::App& app, const std::string& name, const std::string& kind,
                      std::optional<std::string>& into, const std::string& help) {
  return add(app, name, kind, help, [&into](const std::string& value) { into = value; });
}

CLI::Option* add_duration(CLI::App& app, const std::string& name,
                          std::optional<std::chrono::milliseconds>& into, const std::string& help) {
  return add(app, name, "DURATION", help, [name, &into](const std::string& value) {
    into = parse_duration(value);
    if (!into) refuse_value(name, value, "a duration such as 500ms, 60s or 2m");
  });
}

CLI::Option* add_size(CLI::App& app, const std::string& name, size_t& into, const std::string& help) {
  return add(app, name, "SIZE", help, [name, &into](const std::string& value) {
    const auto size = parse_size(value);
    if (!size) refuse_value(name, value, "a size such as 4096, 64KiB or 8MiB");
    into = *size;
  });
}

CLI::Option* add_number(CLI::App& app, const std::string& name, uint64_t least, uint64_t most,
                        const std::string& what, std::function<void(uint64_t)> into,
                        const std::string& help) {
  return add(app, name, "N", help, [=, into = std::move(into)](const std::string& value) {
    const auto number = parse_count(value);
    if (!number || *number < least || *number > most) refuse_value(name, value, what);
    into(*number);
  });
}

CLI::Option* add_value(CLI::App& app, const std::string& name, const std::string& kind,
                       std::function<void(const std::string&)> take, const std::string& help) {
  return add(app, name, kind, help, std::move(take));
}

CLI::Option* add_each(CLI::App& app, const std::string& name, const std::string& kind,
                      std::function<void(const std::string&)> take, const std::string& help) {
  return app
      .add_option_function<std::vector<std::string>>(
          name,
          [name, kind, take = std::move(take)](const std::vector<std::string>& values) {
            for (const std::string& value : values) {
              refuse_flag(name, kind, value);
              take(value);
            }
          },
          help)
      ->type_name(kind)
      ->allow_extra_args(false);
}

CLI::Option* add_choice(CLI::App& app, const std::string& name, const std::string& kind,
                        std::vector<std::string_view> words, std::function<void(const std::string&)> into,
                        const std::string& help) {
  const std::vector<std::string> known(words.begin(), words.end());
  CLI::Option* option = add(app, name, kind, help, [=, into = std::move(into)](const std::string& value) {
    if (std::ranges::find(known, value) == known.end()) refuse_value(name, value, alternatives(known));
    into(value);
  });
  return offer(option, std::move(words));
}

void add_inputs(CLI::App& app, const std::string& shown, std::vector<std::string>& into,
                const std::string& help) {
  app.add_option("INPUT", into, help)
      ->type_name("FILE")
      ->option_text(shown)
      ->check([](const std::string& value) {
        return value.empty() ? std::string("\"\" is not the name of a file or folder") : "";
      });
}

void add_display(CLI::App& app, DisplayOptions& into) {
  const char* const display = "Display";
  app.get_help_ptr()->group(display)->description("Print this page");
  app.add_flag("-q,--quiet", into.quiet, "Say nothing but errors on standard error")->group(display);
  add_choice(
      app, "--color", "WHEN", {"auto", "always", "never"},
      [&into](const std::string& when) {
        into.color = when == "always"  ? ColorChoice::always
                     : when == "never" ? ColorChoice::never
                                       : ColorChoice::automatic;
      },
      "Colours: auto, always or never [auto]")
      ->group(display);
}

}  // namespace farehook
