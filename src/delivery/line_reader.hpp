#pragma once

#include "delivery/error.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace farehook {

/// The longest line that is read: twice a body of 8 MiB in its longest escaped form, and more. It is the
/// bound of a whole text, too.
inline constexpr size_t max_line_bytes = size_t{256} << 20;

/// What is made of a last line without a line feed. Leave: somebody is just writing it; nor is anything read
/// that comes after the reader was made.
enum class Tail { read, leave };

/// Reads a file or pipe line by line. Memory grows with the longest line only. Throws Error where it can't be
/// read.
class LineReader {
 public:
  /// The descriptor stays open. `name` stands in messages. Once the descriptor `interrupt` (none: -1) can be
  /// read, nothing more is: the text ends there.
  LineReader(int descriptor, std::string name, Tail tail = Tail::read, int interrupt = -1);

  struct Line {
    size_t number;          ///< from 1, blank ones counted
    std::string_view text;  ///< without its line feed; stays until the next call
    uint64_t offset;        ///< of its first byte, from where the reader began
  };
  /// The next line that is not blank, or nothing at the end.
  std::optional<Line> next();

  /// All from the line that next() gave last on, or from the beginning, to the end. Of what is too long the
  /// remedy tells how it can be made shorter.
  std::string_view rest(std::string_view remedy = "Several payloads go into a .jsonl file, one a line.");

 private:
  bool fill();
  bool is_interrupted() const;
  Error too_long() const;
  size_t line_length();

  int descriptor_;
  std::string name_;
  Tail tail_;
  int interrupt_;
  uint64_t left_;  ///< bytes that may still be read
  std::vector<char> buffer_;
  size_t filled_ = 0;
  uint64_t dropped_ = 0;  ///< bytes that stood before the buffer's first
  size_t line_ = 0;       ///< where the line given last begins; what stands before it is dropped
  size_t next_ = 0;       ///< where the next one begins
  size_t number_ = 0;
  bool reads_all_ = false;
  std::string_view remedy_;  ///< if all is read
};

/// Calls `take` with each line of the file that is not blank, in order, as long as it returns true. Throws
/// Error.
void for_each_line(const std::string& path, Tail tail,
                   const std::function<bool(const LineReader::Line&)>& take);

}  // namespace farehook
