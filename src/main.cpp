#include "cli/app.hpp"
#include "cli/exit_status.hpp"

#include <unistd.h>

#include <csignal>

// The process: its signals, its streams. All else is in the library.

namespace {

farehook::Signals* signals = nullptr;

extern "C" void stop(int signal) {
  if (signals->ask_to_stop(signal)) _exit(farehook::exit_signal_base + signal);
}
extern "C" void reopen(int /*signal*/) { signals->ask_to_reopen(); }

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  // What is ignored when the process begins stays ignored: nohup, and a shell's background jobs.
  if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
    sigaction(signal, &action, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  farehook::Signals asked;
  signals = &asked;
  handle(SIGINT, stop);
  handle(SIGTERM, stop);
  handle(SIGHUP, reopen);
  std::signal(SIGPIPE, SIG_IGN);
  farehook::Session session{STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, asked};
  return farehook::run(argc, argv, session);
}
