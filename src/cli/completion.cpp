#include "cli/completion.hpp"

#include "cli/command.hpp"
#include "cli/exit_status.hpp"
#include "cli/output.hpp"
#include "cli/wording.hpp"

#include <algorithm>
#include <memory>

namespace farehook {

namespace {

struct Shell {
  std::string_view name;
  std::string (*script)(const CLI::App&);
};

constexpr Shell shells[] = {
    {"bash", bash_completion},
    {"zsh", zsh_completion},
    {"fish", fish_completion},
};

std::vector<std::string_view> shell_names() {
  std::vector<std::string_view> names;
  for (const Shell& each : shells) names.push_back(each.name);
  return names;
}

std::string shell_choice() {
  const std::vector<std::string_view> names = shell_names();
  return alternatives({names.begin(), names.end()});
}

int run(const std::string& name, const CLI::App& app, Session& session) {
  const auto* shell = std::ranges::find(shells, name, &Shell::name);
  if (shell == std::end(shells)) {
    if (name.empty()) throw CLI::RequiredError("a shell (" + shell_choice() + ")");
    refuse(name, "no such shell; it is " + shell_choice());
  }
  Output(session.out).write(shell->script(app));
  return exit_good;
}

}  // namespace

std::vector<std::string> flags_of(const CLI::Option& option) {
  std::vector<std::string> flags;
  for (const std::string& name : option.get_snames()) flags.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) flags.push_back("--" + name);
  return flags;
}

const CLI::Option* positional_of(const CLI::App& command) {
  const auto options = command.get_options([](const CLI::Option* each) { return each->get_positional(); });
  return options.empty() ? nullptr : options.front();
}

std::string beginning_of(const std::string& word) {
  return word.ends_with("=FILE") ? word.substr(0, word.find('=') + 1) : "";
}

std::string spaced(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    const std::string beginning = beginning_of(word);
    text += (text.empty() ? "" : " ") + (beginning.empty() ? word : beginning);
  }
  return text;
}

Command add_completion(CLI::App& app) {
  auto shell = std::make_shared<std::string>();
  CLI::App* completion = app.add_subcommand("completion", "Print a completion script for bash, zsh or fish");
  completion->get_help_ptr()->description("Print this page");
  offer(completion->add_option("SHELL", *shell, shell_choice())->type_name("SHELL"), shell_names());
  completion->footer(
      "Examples:\n"
      "  source <(farehook completion bash)    # in ~/.bashrc\n"
      "  source <(farehook completion zsh)     # in ~/.zshrc, behind compinit\n"
      "  farehook completion fish > ~/.config/fish/completions/farehook.fish");
  return {completion, [shell, &app](Session& session) { return run(*shell, app, session); }};
}

}  // namespace farehook
