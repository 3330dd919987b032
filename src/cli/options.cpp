#include "cli/options.hpp"

#include "delivery/quantity.hpp"

#include <algorithm>

namespace farehook {

namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& value, const std::string& expected) {
  throw CLI::ValidationError(name, "\"" + value + "\" is not " + expected);
}

CLI::Option* add(CLI::App& app, const std::string& name, const std::string& kind, const std::string& help,
                 std::function<void(const std::string&)> take) {
  return app
      .add_option_function<std::string>(
          name,
          [name, take = std::move(take)](const std::string& value) {
            if (value.starts_with("--")) throw CLI::ValidationError(name, "its value is missing");
            take(value);
          },
          help)
      ->type_name(kind)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

}  // namespace

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
    if (!into) refuse(name, value, "a duration such as 500ms, 60s or 2m");
  });
}

CLI::Option* add_size(CLI::App& app, const std::string& name, size_t& into, const std::string& help) {
  return add(app, name, "SIZE", help, [name, &into](const std::string& value) {
    const auto size = parse_size(value);
    if (!size) refuse(name, value, "a size such as 4096, 64KiB or 8MiB");
    into = *size;
  });
}

CLI::Option* add_number(CLI::App& app, const std::string& name, uint64_t least, uint64_t most,
                        const std::string& what, std::function<void(uint64_t)> into,
                        const std::string& help) {
  return add(app, name, "N", help, [=, into = std::move(into)](const std::string& value) {
    const auto number = parse_count(value);
    if (!number || *number < least || *number > most) refuse(name, value, what);
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
          [name, take = std::move(take)](const std::vector<std::string>& values) {
            for (const std::string& value : values) {
              if (value.starts_with("--")) throw CLI::ValidationError(name, "its value is missing");
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
  return add(app, name, kind, help, [=, into = std::move(into)](const std::string& value) {
    if (std::ranges::find(words, value) == words.end()) {
      std::string all;
      for (const std::string_view word : words) all += (all.empty() ? "" : ", ") + std::string(word);
      refuse(name, value, "one of " + all);
    }
    into(value);
  });
}

void add_display(CLI::App& app, DisplayOptions& into) {
  app.add_flag("-q,--quiet", into.quiet, "Say nothing but errors on standard error")->group("Display");
  add_choice(
      app, "--color", "WHEN", {"auto", "always", "never"},
      [&into](const std::string& when) {
        into.color = when == "always"  ? ColorChoice::always
                     : when == "never" ? ColorChoice::never
                                       : ColorChoice::automatic;
      },
      "auto (default), always or never")
      ->group("Display");
}

}  // namespace farehook
