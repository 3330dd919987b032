#include "cli/completion.hpp"

namespace farehook {

namespace {

constexpr const char* head = R"(#compdef farehook
# Completion of farehook in zsh, made by: farehook completion zsh

_farehook() {
  local curcontext=$curcontext context state state_descr line ret=1
  typeset -A opt_args
)";

constexpr const char* tail = R"(        *) _message 'no such command' ;;
      esac
      ;;
  esac
  return ret
}

# The file is either found in $fpath, and then is the function itself, or is sourced.
if [[ $funcstack[1] == _farehook ]]; then
  _farehook "$@"
else
  compdef _farehook farehook
fi
)";

/// The text in single quotes, with a backslash before each of the characters that mean something there.
std::string quoted(const std::string& text, std::string_view special) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'')
      result += "'\\'";
    else if (special.find(c) != std::string_view::npos)
      result += '\\';
    result += c;
  }
  return result + "'";
}

/// What completes the value: the end of a specification of _arguments.
std::string action_of(const OptionValue& value) {
  switch (value.form) {
    case OptionValue::Form::none:
    case OptionValue::Form::text:
      return " ";
    case OptionValue::Form::file:
      return "_files";
    case OptionValue::Form::words:
      return "_sequence compadd - " + spaced(value.words);
    case OptionValue::Form::word:
      break;
  }
  std::vector<std::string> whole, beginnings;
  for (const std::string& word : value.words)
    (beginning_of(word).empty() ? whole : beginnings).push_back(word);
  if (beginnings.empty()) return "(" + spaced(whole) + ")";
  return "{if compset -P \"*=\"; then _files; else compadd -S \"\" - " + spaced(beginnings) + "; compadd - " +
         spaced(whole) + "; fi}";
}

bool is_repeatable(const CLI::Option& option) { return option.get_items_expected_max() > 1; }

/// What is not offered any more once this option was given.
std::string excluded_by(const CLI::App& command, const CLI::Option& option) {
  if (&option == command.get_help_ptr() || &option == command.get_version_ptr()) return "(- *)";
  std::vector<std::string> excluded;
  if (!is_repeatable(option) && flags_of(option).size() > 1) excluded = flags_of(option);
  for (const CLI::Option* other : option.get_excludes())
    for (const std::string& flag : flags_of(*other)) excluded.push_back(flag);
  return excluded.empty() ? "" : "(" + spaced(excluded) + ")";
}

/// The specifications of _arguments for the flags, each with a backslash behind it.
std::string specifications(const CLI::App& command, const std::string& indent) {
  std::string text;
  for (const CLI::Option* option : command.get_options()) {
    const OptionValue value = value_of(*option);
    const bool is_flag = value.form == OptionValue::Form::none;
    for (const std::string& flag : flags_of(*option)) {
      std::string specification = (is_repeatable(*option) ? "*" : excluded_by(command, *option)) + flag;
      if (!is_flag && flag.starts_with("--")) specification += "=";
      std::string about;
      for (const char c : option->get_description())
        about += (c == '[' || c == ']' || c == '\\' ? "\\" : "") + std::string(1, c);
      specification += "[" + about + "]";
      if (!is_flag) {
        std::string kind;
        for (const char c : value.kind) kind += (c == ':' ? "\\" : "") + std::string(1, c);
        specification += ":" + kind + ":" + action_of(value);
      }
      text += indent + quoted(specification, "") + " \\\n";
    }
  }
  return text;
}

std::string positional(const CLI::App& command) {
  const CLI::Option* option = positional_of(command);
  if (option == nullptr) return "";
  const OptionValue value = value_of(*option);
  return " '" + std::string(is_repeatable(*option) ? "*" : "1") + ":" + option->get_name(true, false) + ":" +
         action_of(value) + "'";
}

}  // namespace

std::string zsh_completion(const CLI::App& app) {
  std::string script = head;
  script += "  local -a commands=(\n";
  for (const CLI::App* command : app.get_subcommands({}))
    script += "    " + quoted(command->get_name() + ":" + command->get_description(), "") + "\n";
  script += "  )\n  _arguments -C \\\n" + specifications(app, "    ");
  script +=
      "    '1: :->command' '*:: :->arguments' && ret=0\n"
      "  case $state in\n"
      "    command) _describe -t commands command commands && ret=0 ;;\n"
      "    arguments)\n"
      "      curcontext=${curcontext%:*:*}:farehook-$words[1]:\n"
      "      case $words[1] in\n";
  for (const CLI::App* command : app.get_subcommands({}))
    script += "        " + command->get_name() + ")\n          _arguments -S \\\n" +
              specifications(*command, "            ") + "           " + positional(*command) +
              " && ret=0\n          ;;\n";
  return script + tail;
}

}  // namespace farehook
