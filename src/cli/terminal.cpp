#include "cli/terminal.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace farehook {

namespace {

bool wants_color(int descriptor) {
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const type = std::getenv("TERM");
  const bool is_dumb = type == nullptr || std::string_view(type) == "dumb";
  return ::isatty(descriptor) == 1 && !is_dumb && (no_color == nullptr || *no_color == '\0');
}

std::string_view code(Terminal::Color color) {
  switch (color) {
    case Terminal::Color::green:
      return "\033[32m";
    case Terminal::Color::yellow:
      return "\033[33m";
    case Terminal::Color::red:
      return "\033[31m";
    case Terminal::Color::dim:
      return "\033[2m";
    case Terminal::Color::bold:
      return "\033[1m";
    case Terminal::Color::none:
      break;
  }
  return "";
}

}  // namespace

Terminal::Terminal(int descriptor, ColorChoice choice, bool quiet)
    : descriptor_(descriptor),
      colored_(choice == ColorChoice::always ||
               (choice == ColorChoice::automatic && wants_color(descriptor))),
      quiet_(quiet),
      is_terminal_(::isatty(descriptor) == 1) {}

void Terminal::say(std::string_view text) {
  if (!quiet_) write_line(std::string(text));
}

void Terminal::complain(std::string_view text) {
  write_line(paint(Color::red, "farehook:") + " " + std::string(text));
}

std::string Terminal::paint(Color color, std::string_view text) const {
  if (!colored_ || color == Color::none) return std::string(text);
  return std::string(code(color)).append(text).append("\033[0m");
}

void Terminal::show_status(const std::string& line) {
  if (quiet_ || !is_terminal_) return;
  const std::lock_guard lock(mutex_);
  if (line == status_) return;
  write("\r\033[K" + line);
  status_ = line;
}

void Terminal::write_line(std::string line) {
  line += '\n';
  const std::lock_guard lock(mutex_);
  if (!status_.empty()) line = "\r\033[K" + line + status_;
  write(line);
}

/// With the lock held.
void Terminal::write(std::string_view rest) {
  while (!rest.empty()) {
    // Who does not read on must not hold up the deliveries: he loses lines.
    pollfd writable{descriptor_, POLLOUT, 0};
    is_stuck_ = ::poll(&writable, 1, is_stuck_ ? 0 : 100) == 0;
    if (is_stuck_) return;
    const ssize_t count = ::write(descriptor_, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    rest.remove_prefix(static_cast<size_t>(count));
  }
}

std::string printable(std::string_view text) {
  std::string safe(text);
  for (char& c : safe)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return safe;
}

}  // namespace farehook
