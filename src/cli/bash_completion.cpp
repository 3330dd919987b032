#include "cli/completion.hpp"

#include <map>

namespace farehook {

namespace {

constexpr const char* head = R"(# Completion of farehook in bash, made by: farehook completion bash

_farehook() {
  local IFS=$' \t\n' words=() i piece cur before='' command='' option value
  local flags values='' form='' behind='' ended=''
  COMPREPLY=()
  # Bash parts words at = and : as well. Here they are whole again, up to the cursor.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    if ((i > 1)) && [[ $piece == [=:]* || ${COMP_WORDS[i - 1]} == [=:]* ]]; then
      words[${#words[@]} - 1]+=$piece
    else
      words+=("$piece")
    fi
  done
  cur=${words[${#words[@]} - 1]}
  for ((i = 0; i < ${#words[@]} - 1; i++)); do
    before=${words[i]}
    [[ $before == -- ]] && ended=1
    [[ $command || $before == -* ]] || command=$before
  done
  if [[ $ended ]]; then
    option='' value=$cur
  elif [[ $cur == --*=* ]]; then
    option=${cur%%=*} value=${cur#*=}
  else
    option=$before value=$cur
  fi

  case $command in
)";

constexpr const char* tail = R"(    *) return ;;
  esac

  # A value, else a flag, else what stands without one; where nothing does, flags.
  if [[ ! $form ]]; then
    form=word values=$behind value=$cur
    if [[ ! $ended && ($cur == -* || ! $behind) ]]; then
      values=$flags
    elif [[ $behind == FILE ]]; then
      form=path
    fi
  fi
  # For files bash itself does it best, if it is left nothing else.
  [[ $form == path || $form == words_and_files && $value == *=* ]] && return
  compopt +o default +o bashdefault 2> /dev/null

  local start=${cur%"$value"} chosen='' skip word
  if [[ $form == words ]]; then
    chosen=${value%"${value##*,}"}
  fi
  # What stands before the last = or : stays on the line as it is.
  piece=${COMP_WORDS[COMP_CWORD]}
  [[ $piece == [=:]* ]] && piece=''
  skip=${cur%"$piece"}
  for word in $values; do
    [[ ,$chosen == *,"$word",* ]] && continue
    word=$start$chosen$word
    [[ $word == "$cur"* ]] && COMPREPLY+=("${word#"$skip"}")
  done
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
    compopt -o nospace 2> /dev/null
  fi
}

complete -o bashdefault -o default -F _farehook farehook
)";

std::string form_of(const OptionValue& value) {
  switch (value.form) {
    case OptionValue::Form::none:
      break;
    case OptionValue::Form::text:
      return "text";
    case OptionValue::Form::file:
      return "path";
    case OptionValue::Form::words:
      return "words";
    case OptionValue::Form::word:
      for (const std::string& word : value.words)
        if (!beginning_of(word).empty()) return "words_and_files";
      return "word";
  }
  return "";
}

/// A branch of `case $command`.
std::string branch_of(const CLI::App& command, const std::string& name, const std::string& behind) {
  std::string flags;
  // By what is to be set, so that options alike share a branch of `case $option`.
  std::map<std::string, std::string> values;
  for (const CLI::Option* option : command.get_options()) {
    const OptionValue value = value_of(*option);
    for (const std::string& flag : flags_of(*option)) {
      flags += (flags.empty() ? "" : " ") + flag;
      if (value.form == OptionValue::Form::none) continue;
      std::string& patterns = values["form=" + form_of(value) +
                                     (value.words.empty() ? "" : " values='" + spaced(value.words) + "'")];
      patterns += (patterns.empty() ? "" : " | ") + flag;
    }
  }
  std::string branch = "    " + name + ")\n      flags='" + flags + "'";
  if (!behind.empty()) branch += " behind='" + behind + "'";
  branch += "\n";
  if (!values.empty()) {
    branch += "      case $option in\n";
    for (const auto& [settings, patterns] : values)
      branch.append("        ").append(patterns).append(") ").append(settings).append(" ;;\n");
    branch += "      esac\n";
  }
  return branch + "      ;;\n";
}

std::string behind(const CLI::App& command) {
  const CLI::Option* positional = positional_of(command);
  if (positional == nullptr) return "";
  const OptionValue value = value_of(*positional);
  return value.form == OptionValue::Form::file ? "FILE" : spaced(value.words);
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::vector<std::string> names;
  std::string branches;
  for (const CLI::App* command : app.get_subcommands({})) {
    names.push_back(command->get_name());
    branches += branch_of(*command, command->get_name(), behind(*command));
  }
  return head + branch_of(app, "''", spaced(names)) + branches + tail;
}

}  // namespace farehook
