#include "cli/app.hpp"

#include "cli/command.hpp"
#include "cli/exit_status.hpp"
#include "cli/help_page.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/wrong_usage.hpp"
#include "delivery/error.hpp"
#include "http/receiver.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <system_error>

namespace farehook {

namespace {

int print(const Session& session, const std::string& text) {
  Output(session.out).write(text);
  return exit_good;
}

/// Two lines: what is wrong, and where help is.
int refuse(Terminal& terminal, const CLI::App& app, const std::string& what) {
  const CLI::App& chosen = chosen_command(app);
  const std::string command = &chosen == &app ? "farehook" : "farehook " + chosen.get_name();
  terminal.complain(what + "\nRun '" + command + " --help' for what there is.");
  return exit_usage;
}

int run_command(int argc, const char* const* argv, Session& session, Terminal& terminal) {
  CLI::App app("FareHarbor webhooks: receive, replay, simulate and validate them", "farehook");
  app.set_version_flag("--version",
                       "farehook " FAREHOOK_VERSION " (cpp-httplib " + http_library_version() + ")",
                       "Print name and version");
  app.get_help_ptr()->description("Print this page, or that of a command");
  app.formatter(std::make_shared<HelpPage>());
  app.footer(
      "Examples:\n"
      "  farehook listen --demo\n"
      "  farehook listen --append webhooks.jsonl\n"
      "  farehook replay webhooks.jsonl --to http://127.0.0.1:3000/webhooks\n"
      "\n"
      "A command's options: farehook listen --help. The manual: man farehook");
  app.require_subcommand(0, 1);
  app.fallthrough();
  const Command commands[] = {
      add_listen(app), add_replay(app), add_simulate(app), add_validate(app), add_completion(app),
  };
  try {
    app.parse(argc, argv);
    for (const Command& command : commands)
      if (command.app->parsed()) return command.run(session);
    return refuse(terminal, app, "a command is needed: " + command_names(app));
  } catch (const CLI::CallForHelp&) {
    return print(session, app.help());
  } catch (const CLI::CallForVersion& version) {
    return print(session, std::string(version.what()) + "\n");
  } catch (const CLI::ParseError& error) {
    return refuse(terminal, app, wrong_usage(app, error));
  }
}

}  // namespace

int run(int argc, const char* const* argv, Session& session) {
  Terminal terminal(session.err, ColorChoice::automatic, false);
  try {
    return run_command(argc, argv, session, terminal);
  } catch (const Error& error) {
    terminal.complain(error.what());
  } catch (const std::bad_alloc&) {
    terminal.complain("memory: the system gives no more");
  } catch (const std::system_error& error) {
    const bool is_threads = error.code() == std::errc::resource_unavailable_try_again;
    terminal.complain((is_threads ? "the system gives no more threads: " : "unexpected: ") +
                      error.code().message());
  } catch (const std::exception& error) {
    terminal.complain(std::string("unexpected: ") + error.what());
  }
  return exit_could_not;
}

}  // namespace farehook
