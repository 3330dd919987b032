#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace farehook {

/// Where in a journal a line stands, or several. Length 0: nowhere to be read from.
struct Place {
  uint64_t offset = 0;
  uint32_t length = 0;
  uint32_t opening = 0;  ///< which of the files that the journal has opened one after the other
};

/// A file, pipe or terminal that records are appended to, a line each. Several processes may append to one
/// file. One thread at a time may call append(), read() and reopen(); sync() is for any number of threads.
class Journal {
 public:
  /// Appends to the file at `path`, made with mode 0600 if it is not there. A last line that was cut off
  /// (no line feed) is closed off with one, so that it is never glued to the next record. Throws Error.
  Journal(std::string path, bool synced);

  /// Appends to an open descriptor, which stays open. `name` stands in messages: "standard output".
  Journal(int descriptor, std::string name);

  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Writes a line, or several in one piece, line feeds included, and returns no error once the kernel has
  /// all of it. On an error nothing of it counts: what part of it was written is taken back from a file, or
  /// closed off before the next line. A file that was deleted meanwhile is made anew.
  std::error_code append(std::string_view lines);

  /// Whether nothing is left of what could not be appended last, so that it may be tried again.
  bool has_taken_back() const { return has_taken_back_; }

  /// Where what was appended last stands.
  Place last_place() const;
  /// The place of a line that stood there before.
  Place place(uint64_t offset, size_t length) const;
  /// What stands at the place, or nothing if it can't be read any more.
  std::optional<std::string> read(const Place& place) const;

  /// A mark for sync(): all that was appended so far.
  uint64_t ticket() const { return written_.load(); }

  /// Returns once all that was appended up to the ticket is on the disk, at once for a journal that is not
  /// synced. One fdatasync(2) serves all that wait (group commit).
  std::error_code sync(uint64_t ticket);

  /// Opens the path anew, for a file that was renamed by log rotation. The old one stays in use on an error.
  std::error_code reopen();

  const std::string& name() const { return name_; }
  /// Whether sync() waits for the disk.
  bool is_synced() const { return synced_; }
  /// Whether it is a regular file, from which lines can be taken back.
  bool is_file() const { return is_file_; }
  /// Whether the constructor found a last line that was cut off.
  bool closed_off_a_line() const { return closed_off_a_line_; }

 private:
  std::error_code append(std::string_view lines, int64_t end);

  std::string name_;
  bool is_path_;
  bool is_file_ = false;  ///< a regular one
  bool synced_;
  bool closed_off_a_line_ = false;
  int descriptor_;
  int64_t last_end_ = -1;  ///< the offset behind what was appended last; -1 for none
  bool has_taken_back_ = true;
  Place last_place_;
  uint32_t opening_ = 1;

  std::atomic<uint64_t> written_{0};
  std::mutex sync_mutex_;
  std::condition_variable sync_done_;
  bool syncing_ = false;
  uint64_t on_disk_ = 0;
  uint64_t failed_ = 0;  ///< tickets up to this one may not be on the disk
  std::error_code sync_error_;
};

}  // namespace farehook
