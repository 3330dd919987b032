#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace farehook {

enum class ColorChoice { automatic, always, never };

/// Where people read: whole lines to standard error, from any thread. That it can't be written to is no
/// reason to stop.
class Terminal {
 public:
  enum class Color { none, green, yellow, red, dim, bold };

  /// Automatic means: where the descriptor is a terminal that is not dumb, and NO_COLOR is not set.
  Terminal(int descriptor, ColorChoice choice, bool quiet);

  /// Writes the text and a line feed, unless quiet.
  void say(std::string_view text);
  /// Writes "farehook: ", the text and a line feed, quiet or not.
  void complain(std::string_view text);

  /// Draws a line that the next one replaces, where the descriptor is a terminal; "" takes it away.
  void show_status(const std::string& line);

  bool is_colored() const { return colored_; }
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
