#pragma once

#include <optional>
#include <string>

namespace farehook {

/// A file that holds a URL as long as somebody listens there. What stands at the path before and after that
/// is removed: one of a run that was killed would speak of a port that nobody listens on. A link, a FIFO and
/// a device stay, and are written to.
class ReadyFile {
 public:
  /// Without a path it does nothing.
  explicit ReadyFile(std::optional<std::string> path) : path_(std::move(path)) { remove(); }

  /// The URL and a line feed, in one go: whoever sees the file sees all of it. If there is a secret
  /// in it, a new file is for its owner only. Throws Error.
  void write(const std::string& url, bool is_secret);
  /// Whether it is a FIFO that nobody read yet, so that nothing could be written: try again.
  bool awaits_its_reader() const { return awaits_its_reader_; }
  void remove() const;

 private:
  const std::optional<std::string> path_;
  bool awaits_its_reader_ = false;
};

}  // namespace farehook
