#include "delivery/journal.hpp"

#include "delivery/error.hpp"
#include "delivery/write_all.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

// A record, or several, are one write(2) to a file opened with O_APPEND, under flock(2), so that several
// processes may append. The lock lets a line that was cut short (a full disk) be taken back before anybody
// writes behind it, and the rest of a process that was killed while it wrote be told from a line that is just
// being written.

namespace farehook {

namespace {

std::error_code last_error() { return {errno, std::generic_category()}; }

std::string words(const std::string& subject, int error) {
  return subject + ": " + std::generic_category().message(error);
}

int open_for_append(const std::string& path) {
  return ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
}

/// FIFOs and devices may allow writing only.
int open_sink(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    return ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
  return open_for_append(path);
}

/// Tells whether a line is cut off at the end. Of standard output that a shell has opened for writing only,
/// nobody can tell.
std::error_code look_at(int descriptor, off_t end, bool& is_torn) {
  char last = '\n';
  if (end > 0 && ::pread(descriptor, &last, 1, end - 1) < 0 && errno != EBADF) return last_error();
  is_torn = last != '\n';
  return {};
}

/// Holds a file against other processes that append to it. Where a file system has no locks, it does
/// without.
class FileLock {
 public:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {
    while (::flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~FileLock() { ::flock(descriptor_, LOCK_UN); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_;
};

/// A file that was just made is on the disk only once its folder is.
void sync_folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

Journal::Journal(std::string path, bool synced)
    : name_(std::move(path)), is_path_(true), synced_(synced), descriptor_(open_sink(name_)) {
  if (descriptor_ < 0)
    throw Error(words(name_, errno) +
                "\nRecords need a file that can be written to, in a folder that is there.");
  if (synced_ && ::fdatasync(descriptor_) != 0) {
    const int error = errno;
    ::close(descriptor_);
    throw Error(words(name_, error) + "; --sync needs a file on a disk");
  }
  if (synced_) sync_folder_of(name_);
  struct stat status {};
  if (::fstat(descriptor_, &status) == 0 && !S_ISREG(status.st_mode)) return;
  is_file_ = true;
  const FileLock lock(descriptor_);
  std::error_code error;
  if (::fstat(descriptor_, &status) != 0)
    error = last_error();
  else
    error = look_at(descriptor_, status.st_size, closed_off_a_line_);
  if (!error && closed_off_a_line_) error = write_all(descriptor_, "\n");
  if (!error) return;
  ::close(descriptor_);
  throw Error(words(name_, error.value()));
}

Journal::Journal(int descriptor, std::string name)
    : name_(std::move(name)), is_path_(false), synced_(false), descriptor_(descriptor) {
  struct stat status {};
  is_file_ = ::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode);
}

Journal::~Journal() {
  if (is_path_) ::close(descriptor_);
}

std::error_code Journal::append(std::string_view lines) {
  has_taken_back_ = true;
  if (!is_file_) {
    last_place_ = {};
    const auto error = write_all(descriptor_, lines);
    if (!error) ++written_;
    return error;
  }
  std::optional<FileLock> lock(std::in_place, descriptor_);
  struct stat status {};
  // A disk that does not tell what stands before the line gets none: it could be glued to a torn one.
  if (::fstat(descriptor_, &status) != 0) return last_error();
  if (is_path_ && status.st_nlink == 0) {
    lock.reset();
    if (const auto error = reopen()) return error;
    lock.emplace(descriptor_);
    if (::fstat(descriptor_, &status) != 0) return last_error();
  }
  return append(lines, status.st_size);
}

/// With the file locked, which ends at `end`.
std::error_code Journal::append(std::string_view lines, int64_t end) {
  bool is_torn = false;
  if (end != last_end_)
    if (const auto error = look_at(descriptor_, end, is_torn)) return error;
  if (is_torn) {
    if (const auto error = write_all(descriptor_, "\n")) return error;
    ++end;
  }
  if (const auto error = write_all(descriptor_, lines)) {
    // What can't be taken back is found torn, and closed off, before the next line.
    last_end_ = -1;
    has_taken_back_ = ::ftruncate(descriptor_, end) == 0;
    if (has_taken_back_) ::lseek(descriptor_, 0, SEEK_END);
    return error;
  }
  last_end_ = end + static_cast<int64_t>(lines.size());
  // Standard output can't be read back.
  last_place_ = is_path_ ? place(static_cast<uint64_t>(end), lines.size()) : Place{};
  ++written_;
  return {};
}

Place Journal::last_place() const { return last_place_; }

Place Journal::place(uint64_t offset, size_t length) const {
  return {offset, static_cast<uint32_t>(std::min<size_t>(length, UINT32_MAX)), opening_};
}

std::optional<std::string> Journal::read(const Place& place) const {
  if (place.length == 0 || place.opening != opening_) return std::nullopt;
  std::string text(place.length, '\0');
  const ssize_t count = ::pread(descriptor_, text.data(), text.size(), static_cast<off_t>(place.offset));
  if (count != static_cast<ssize_t>(text.size())) return std::nullopt;
  return text;
}

std::error_code Journal::sync(uint64_t ticket) {
  if (!synced_) return {};
  std::unique_lock lock(sync_mutex_);
  for (;;) {
    if (ticket <= failed_) return sync_error_;
    if (ticket <= on_disk_) return {};
    if (syncing_) {
      sync_done_.wait(lock);
      continue;
    }
    syncing_ = true;
    const uint64_t target = written_.load();
    lock.unlock();
    const std::error_code error = ::fdatasync(descriptor_) == 0 ? std::error_code{} : last_error();
    lock.lock();
    syncing_ = false;
    if (error) {
      failed_ = target;
      sync_error_ = error;
    } else {
      on_disk_ = target;
    }
    sync_done_.notify_all();
  }
}

std::error_code Journal::reopen() {
  if (!is_path_) return {};
  const int fresh = open_sink(name_);
  if (fresh < 0) return last_error();
  std::unique_lock lock(sync_mutex_);
  sync_done_.wait(lock, [this] { return !syncing_; });
  std::error_code error;
  if (synced_) {
    // What waits for a sync stands in the old file.
    if (::fdatasync(descriptor_) == 0) {
      on_disk_ = written_.load();
    } else {
      failed_ = written_.load();
      sync_error_ = last_error();
    }
    sync_folder_of(name_);
    sync_done_.notify_all();
  }
  if (::dup3(fresh, descriptor_, O_CLOEXEC) < 0) error = last_error();
  struct stat status {};
  is_file_ = ::fstat(fresh, &status) != 0 || S_ISREG(status.st_mode);
  ::close(fresh);
  last_end_ = -1;
  ++opening_;
  return error;
}

}  // namespace farehook
