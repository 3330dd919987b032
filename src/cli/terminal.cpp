#include "cli/terminal.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>

namespace farehook {

namespace {

constexpr std::string_view begin_anew = "\r\033[K";

/// The descriptor of the terminal that a status line stands on; -1: none does.
std::atomic<int> has_status{-1};

/// A terminal that knows escape sequences.
bool is_able(int descriptor) {
  const char* const type = std::getenv("TERM");
  return ::isatty(descriptor) == 1 && type != nullptr && *type != '\0' && std::string_view(type) != "dumb";
}

bool wants_color(int descriptor) {
  const char* const no_color = std::getenv("NO_COLOR");
  return is_able(descriptor) && (no_color == nullptr || *no_color == '\0');
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

/// Wherever a URL comes from, its user and password are not shown.
std::string without_userinfo(std::string text) {
  constexpr std::string_view mark = "://";
  for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
    at += mark.size();
    const size_t authority_end = std::min(text.find_first_of("/?# \t\n\"'", at), text.size());
    const size_t userinfo_end = text.rfind('@', authority_end);
    if (userinfo_end != std::string::npos && userinfo_end >= at && userinfo_end < authority_end)
      text.replace(at, userinfo_end - at, "[redacted]");
  }
  return text;
}

}  // namespace

size_t terminal_columns(int descriptor) {
  winsize size{};
  const bool is_known = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : SIZE_MAX;
}

Terminal::Terminal(int descriptor, ColorChoice choice, bool quiet)
    : descriptor_(descriptor),
      colored_(choice == ColorChoice::always ||
               (choice == ColorChoice::automatic && wants_color(descriptor))),
      quiet_(quiet),
      is_terminal_(is_able(descriptor)) {}

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

std::string Terminal::fitted(const std::string& line) const {
  const size_t width = columns();
  size_t shown = 0;
  for (size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\033')  // a colour takes no column, and ends with m
      at = std::min(line.find('m', at), line.size());
    else if (++shown >= width)
      return line.substr(0, at) + (line.find('\033') < at ? "\033[0m" : "");
  }
  return line;
}

void Terminal::show_status(const std::string& whole) {
  if (quiet_ || !is_terminal_) return;
  const std::string line = fitted(whole);  // what is broken into two can't be replaced
  const std::lock_guard lock(mutex_);
  if (line == status_) return;
  write(std::string(begin_anew) + line);
  status_ = line;
  has_status = line.empty() ? -1 : descriptor_;
}

void Terminal::clear_status() {
  // On a terminal that nobody reads the write would wait.
  pollfd writable{has_status, POLLOUT, 0};
  if (::poll(&writable, 1, 0) <= 0) return;
  [[maybe_unused]] const ssize_t written = ::write(writable.fd, begin_anew.data(), begin_anew.size());
}

void Terminal::write_line(std::string line) {
  line = without_userinfo(std::move(line)) + '\n';
  const std::lock_guard lock(mutex_);
  if (!status_.empty()) line = std::string(begin_anew) + line + status_;
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
