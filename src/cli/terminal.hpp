#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

namespace farehook {

/// How wide the terminal is; without any bound where there is none, or it does not say.
size_t terminal_columns(int descriptor);

enum class ColorChoice { automatic, always, never };

/// Where people read: whole lines to standard error, from any thread; of a URL in them user and password are
/// left out. That it can't be written to is no reason to stop.
class Terminal {
 public:
  enum class Color { none, green, yellow, red, dim, bold };

  /// Automatic means: where the descriptor is a terminal that is not dumb, and NO_COLOR is not set.
  Terminal(int descriptor, ColorChoice choice, bool quiet);

  /// Writes the text and a line feed, unless quiet.
  void say(std::string_view text);
  /// Writes "farehook: ", the text and a line feed, quiet or not.
  void complain(std::string_view text);

  /// Draws a line that the next one replaces, on a terminal that is not dumb, as far as it is wide; "": none.
  void show_status(const std::string& line);
  /// Takes away the line that stands there now, on whichever terminal. Safe in a signal handler.
  static void clear_status();

  /// As much of the line as the terminal is wide.
  std::string fitted(const std::string& line) const;
  size_t columns() const { return terminal_columns(descriptor_); }

  bool is_colored() const { return colored_; }
  bool is_quiet() const { return quiet_; }
  /// The text in a colour, or as it is.
  std::string paint(Color color, std::string_view text) const;

 private:
  void write_line(std::string line);
  void write(std::string_view text);

  int descriptor_;
  bool colored_;
  bool quiet_;
  bool is_terminal_;
  std::mutex mutex_;
  bool is_stuck_ = false;  ///< nobody has read for a while
  std::string status_;     ///< the line that stands below the others
};

/// What a sender has put into a text must not steer a terminal: control characters become "?".
std::string printable(std::string_view text);

}  // namespace farehook
