#include "cli/wrong_usage.hpp"

#include "cli/options.hpp"
#include "cli/wording.hpp"
#include "delivery/spelling.hpp"

#include <algorithm>
#include <sstream>

namespace farehook {

namespace {

/// Each option's long name, without its dashes.
std::vector<std::string_view> long_names(const CLI::App& command) {
  std::vector<std::string_view> names;
  for (const CLI::Option* option : command.get_options())
    names.insert(names.end(), option->get_lnames().begin(), option->get_lnames().end());
  return names;
}

bool has(const CLI::App& command, const std::string& name) {
  return std::ranges::any_of(command.get_options(), [&](const CLI::Option* each) {
    return each->check_lname(name) || each->check_sname(name);
  });
}

/// Names that were cut short, or whose beginning was left out: --tls for --tls-cert, --cert for it as well.
std::vector<std::string> names_around(std::string_view part, const std::vector<std::string_view>& names) {
  constexpr size_t most = 3;
  std::vector<std::string> found;
  if (part.size() < 3) return found;
  for (const std::string_view name : names)
    if (name.starts_with(part) || name.ends_with("-" + std::string(part))) found.emplace_back(name);
  if (found.size() > most) found.clear();
  return found;
}

/// "; did you mean listen?", or "".
std::string suggestion(std::string_view typed, const std::vector<std::string_view>& names,
                       const std::string& before_each) {
  std::vector<std::string> meant;
  if (std::string near = nearest(typed, names); !near.empty())
    meant.push_back(std::move(near));
  else
    meant = names_around(typed, names);
  if (meant.empty()) return "";
  for (std::string& each : meant) each.insert(0, before_each);
  return "; did you mean " + alternatives(meant) + "?";
}

std::string unknown_option(const CLI::App& app, const std::string& typed) {
  const CLI::App& chosen = chosen_command(app);
  const std::string shown = typed.substr(0, typed.find('='));
  const std::string name = shown.substr(std::min(shown.find_first_not_of('-'), shown.size()));
  std::vector<std::string> owners;
  if (shown.starts_with("--"))
    for (const CLI::App* command : app.get_subcommands({}))
      if (has(*command, name)) owners.push_back(command->get_name());
  if (!owners.empty() && (&chosen == &app || has(chosen, name)))
    return shown + ": an option of " + alternatives(owners) + "; it stands behind the command";
  if (!owners.empty())
    return shown + ": not an option of " + chosen.get_name() + ", but of " + alternatives(owners, " and ");
  return shown + ": no such option" + suggestion(name, long_names(chosen), "--");
}

std::string unknown_word(const CLI::App& app, const std::string& typed) {
  const CLI::App& chosen = chosen_command(app);
  if (&chosen != &app) {
    const auto others = chosen.get_options([](const CLI::Option* each) { return each->get_positional(); });
    const std::string taken =
        others.empty() ? "options only" : "one " + others.front()->get_name(true, false);
    return typed + ": not expected here; " + chosen.get_name() + " takes " + taken;
  }
  std::vector<std::string_view> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  const std::string meant = suggestion(typed, names, "");
  return typed + ": no such command; " + (meant.empty() ? "it is " + command_names(app) : meant.substr(2));
}

/// "--port: 1 required N missing" as CLI11 has it.
std::string missing_value(const CLI::App& command, const std::string& what) {
  const std::string name = what.substr(0, what.find(':'));
  const CLI::Option* option = command.get_option_no_throw(name);
  if (option == nullptr) return what;
  const OptionValue value = value_of(*option);
  const bool is_short = !value.words.empty() && value.words.size() < 8;
  return name + ": its value is missing: " + (is_short ? alternatives(value.words) : name + " " + value.kind);
}

/// '--only: "creatd" is not one of ...': the word that was probably meant, where the option has some.
std::string unknown_value(const CLI::App& command, const std::string& what) {
  const std::string name = what.substr(0, what.find(':'));
  const CLI::Option* option = command.get_option_no_throw(name);
  if (option == nullptr) return what;
  const OptionValue taken = value_of(*option);
  const auto before_equals = [](std::string_view word) { return word.substr(0, word.find('=')); };
  std::vector<std::string_view> words;
  for (const std::string& word : taken.words) words.push_back(before_equals(word));
  for (const std::string& value : option->results()) {
    if (!what.starts_with(name + ": \"" + value + "\"")) continue;
    std::istringstream parts(value);
    for (std::string part; std::getline(parts, part, ',');) {
      const std::string_view word = before_equals(part);
      if (std::ranges::find(words, word) != words.end()) continue;
      const std::string meant = suggestion(word, words, "");
      if (!meant.empty()) return name + ": there is no \"" + std::string(word) + "\"" + meant;
    }
  }
  return what;
}

/// "Could not convert: --quiet = maybe": only of flags, for the values of others are read here.
std::string needless_value(const std::string& what) {
  const size_t begin = what.find("--"), end = what.find(' ', begin);
  if (begin == std::string::npos || end == std::string::npos) return what;
  return what.substr(begin, end - begin) + ": it takes no value";
}

/// What the options that were given ask for, or can't be with.
std::string conflict(const CLI::App& command, const std::string& what) {
  const auto shown = [](const CLI::Option& option) {
    const OptionValue value = value_of(option);
    return option.get_name() + (value.kind.empty() ? "" : " " + value.kind);
  };
  for (const CLI::Option* option : command.get_options()) {
    if (option->count() == 0) continue;
    for (const CLI::Option* needed : option->get_needs())
      if (needed->count() == 0) return option->get_name() + ": it needs " + shown(*needed) + " as well";
    for (const CLI::Option* other : option->get_excludes())
      if (other->count() > 0)
        return option->get_name() + ": it can't be given together with " + other->get_name() +
               "; leave one out";
  }
  return what;
}

}  // namespace

const CLI::App& chosen_command(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : *chosen.front();
}

std::string command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return alternatives(names);
}

std::string wrong_usage(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = chosen_command(app);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const std::vector<std::string> extras = app.remaining(true);
    if (extras.empty()) return error.what();
    const std::string& extra = extras.front();
    return extra.starts_with('-') ? unknown_option(app, extra) : unknown_word(app, extra);
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr)
    return missing_value(command, error.what());
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) return needless_value(error.what());
  if (dynamic_cast<const CLI::RequiresError*>(&error) != nullptr ||
      dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr)
    return conflict(command, error.what());
  if (dynamic_cast<const CLI::ValidationError*>(&error) != nullptr)
    return unknown_value(command, error.what());
  return error.what();
}

}  // namespace farehook
