#include "cli/app.hpp"

#include "cli/command.hpp"
#include "cli/exit_status.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "delivery/error.hpp"
#include "http/receiver.hpp"

#include <CLI/CLI.hpp>

#include <system_error>

namespace farehook {

namespace {

int print(const Session& session, const std::string& text) {
  Output(session.out).write(text);
  return exit_good;
}

/// Two lines: what is wrong, and where help is.
int refuse(Terminal& terminal, const CLI::App& app, const std::string& what) {
  const auto chosen = app.get_subcommands();
  const std::string command = chosen.empty() ? "farehook" : "farehook " + chosen.front()->get_name();
  terminal.complain(what + "\nRun '" + command + " --help' for what there is.");
  return exit_usage;
}

int run_command(int argc, const char* const* argv, Session& session, Terminal& terminal) {
  CLI::App app("FareHarbor webhooks: receive, replay, validate and simulate them.", "farehook");
  app.set_version_flag("--version",
                       "farehook " FAREHOOK_VERSION " (cpp-httplib " + http_library_version() + ")",
                       "Print name and version");
  app.get_formatter()->column_width(32);
  app.footer("The manual: man farehook");
  app.require_subcommand(0, 1);
  app.fallthrough();
  const Command commands[] = {
      add_listen(app),
      add_replay(app),
      add_simulate(app),
      add_validate(app),
  };
  try {
    app.parse(argc, argv);
    for (const Command& command : commands)
      if (command.app->parsed()) return command.run(session);
    return refuse(terminal, app, "a command is needed");
  } catch (const CLI::CallForHelp&) {
    return print(session, app.help());
  } catch (const CLI::CallForVersion& version) {
    return print(session, std::string(version.what()) + "\n");
  } catch (const CLI::ExtrasError&) {
    const std::string extra = app.remaining(true).front();
    return refuse(terminal, app,
                  extra + (extra.starts_with('-') ? ": no such option" : ": not expected here"));
  } catch (const CLI::ParseError& error) {
    return refuse(terminal, app, error.what());
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
    terminal.complain("the system gives no more threads: " + error.code().message());
  } catch (const std::exception& error) {
    terminal.complain(std::string("unexpected: ") + error.what());
  }
  return exit_could_not;
}

}  // namespace farehook
