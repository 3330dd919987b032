#pragma once

#include <atomic>
#include <string_view>

namespace farehook {

/// Standard output: where results go. One thread at a time may write; how it went can be asked from any.
class Output {
 public:
  explicit Output(int descriptor) : descriptor_(descriptor) {}

  /// Writes the text, all of it. Throws Error where it can't; that the reader has gone (`| head -1`) is no
  /// error, but nothing is written from then on.
  void write(std::string_view text);

  bool has_lost_its_reader() const { return has_lost_its_reader_; }
  bool has_failed() const { return has_failed_; }

 private:
  int descriptor_;
  std::atomic<bool> has_lost_its_reader_{false};
  std::atomic<bool> has_failed_{false};
};

}  // namespace farehook
