#include "cli/app.hpp"
#include "cli/exit_status.hpp"
#include "cli/terminal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

// The process: its signals, its streams. All else is in the library.

namespace {

farehook::Signals* signals = nullptr;

extern "C" void stop(int signal) {
  if (!signals->ask_to_stop(signal)) return;
  farehook::Terminal::clear_status();
  _exit(farehook::exit_signal_base + signal);
}
extern "C" void reopen(int /*signal*/) { signals->ask_to_reopen(); }

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

bool is_ignored(int signal) {
  struct sigaction action {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

/// What is closed stays unusable, but what is opened next does not take its number.
void keep_standard_numbers() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(descriptor, F_GETFD) < 0) ::open("/", O_PATH);  // neither read nor written
}

}  // namespace

int main(int argc, char** argv) {
  keep_standard_numbers();
  farehook::Signals asked;
  signals = &asked;
  // A script's background job begins with SIGINT ignored, and is stopped by it all the same; what nohup(1)
  // ignores stays ignored.
  handle(SIGINT, stop);
  handle(SIGTERM, stop);
  if (!is_ignored(SIGHUP)) handle(SIGHUP, reopen);
  // A closed pipe and a file at its limit (ulimit -f) are errors of the write.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  farehook::Session session{STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, asked};
  return farehook::run(argc, argv, session);
}
