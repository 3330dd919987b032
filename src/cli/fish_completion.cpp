#include "cli/completion.hpp"

namespace farehook {

namespace {

constexpr const char* head = R"(# Completion of farehook in fish, made by: farehook completion fish

# Whether the command on the line is this one; '' is none.
function __farehook_at --argument-names wanted
    set -l command ''
    for word in (commandline -opc)[2..-1]
        if not string match -q -- '-*' $word
            set command $word
            break
        end
    end
    test "$command" = "$wanted"
end

# The value that is being typed, without --option= before it.
function __farehook_value
    string replace -r -- '^--[a-z-]+=' '' (commandline -ct)
end

# Some of the words, with commas between: each that is not there yet, behind those that are.
function __farehook_some
    set -l chosen (string match -r -- '.*,' (__farehook_value))
    for word in $argv
        string match -q -- "*,$word,*" ",$chosen"; or echo -- "$chosen$word"
    end
end

# One of the words; behind a = a file.
function __farehook_words_and_files
    set -l parts (string split -m 1 -- = (__farehook_value))
    if set -q parts[2]
        for path in (complete -C "'' $parts[2]" | string split -f 1 \t)
            echo -- "$parts[1]=$path"
        end
    else
        string join \n -- $argv
    end
end

complete -c farehook -f
)";

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += (c == '\'' || c == '\\' ? "\\" : "") + std::string(1, c);
  return result + "'";
}

std::string value_arguments(const OptionValue& value) {
  switch (value.form) {
    case OptionValue::Form::none:
      return "";
    case OptionValue::Form::text:
      return " -x";
    case OptionValue::Form::file:
      return " -r -F";
    case OptionValue::Form::words:
      return " -x -a '(__farehook_some " + spaced(value.words) + ")'";
    case OptionValue::Form::word:
      break;
  }
  for (const std::string& word : value.words)
    if (!beginning_of(word).empty())
      return " -x -a '(__farehook_words_and_files " + spaced(value.words) + ")'";
  return " -x -a '" + spaced(value.words) + "'";
}

std::string lines_of(const CLI::App& command, const std::string& name) {
  const std::string begin = "complete -c farehook -n \"__farehook_at " + name + "\"";
  std::string lines;
  for (const CLI::Option* option : command.get_options()) {
    const OptionValue value = value_of(*option);
    if (option->get_positional()) {
      lines += begin + (value.form == OptionValue::Form::file ? " -F" : " -a '" + spaced(value.words) + "'") +
               "\n";
      continue;
    }
    lines += begin;
    for (const std::string& each : option->get_snames()) lines += " -s " + each;
    for (const std::string& each : option->get_lnames()) lines += " -l " + each;
    lines += value_arguments(value) + " -d " + quoted(option->get_description()) + "\n";
  }
  return lines;
}

}  // namespace

std::string fish_completion(const CLI::App& app) {
  std::string script = head + lines_of(app, "''");
  for (const CLI::App* command : app.get_subcommands({}))
    script += "complete -c farehook -n \"__farehook_at ''\" -a " + command->get_name() + " -d " +
              quoted(command->get_description()) + "\n";
  for (const CLI::App* command : app.get_subcommands({}))
    script += "\n" + lines_of(*command, command->get_name());
  return script;
}

}  // namespace farehook
