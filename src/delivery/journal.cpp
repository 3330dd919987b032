#include "delivery/journal.hpp"

#include "delivery/error.hpp"
#include "delivery/write_all.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

// A record is one write(2) to a file opened with O_APPEND, under flock(2), so that several processes may
// append. The lock lets a line that was cut short (a full disk) be taken back before anybody writes behind
// it, and the rest of a process that was killed while it wrote be told from a line that is just being
// written.

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

bool is_deleted(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && status.st_nlink == 0;
}

bool is_torn_at(int descriptor, off_t end) {
  char last = '\n';
  return end > 0 && ::pread(descriptor, &last, 1, end - 1) == 1 && last != '\n';
}

/// Holds a regular file against other processes that append to it. Where a file system has no locks, it does
/// without.
class FileLock {
 public:
  FileLock(int descriptor, bool wanted) : descriptor_(wanted ? descriptor : -1) {
    while (wanted && ::flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~FileLock() {
    if (descriptor_ >= 0) ::flock(descriptor_, LOCK_UN);
  }
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
  if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) return;
  const FileLock lock(descriptor_, true);
  if (::fstat(descriptor_, &status) != 0 || !is_torn_at(descriptor_, status.st_size)) return;
  closed_off_a_line_ = true;
  if (const auto error = write_all(descriptor_, "\n")) {
    ::close(descriptor_);
    throw Error(words(name_, error.value()));
  }
}

Journal::Journal(int descriptor, std::string name)
    : name_(std::move(name)), is_path_(false), synced_(false), descriptor_(descriptor) {}

Journal::~Journal() {
  if (is_path_) ::close(descriptor_);
}

std::error_code Journal::append(std::string_view line) {
  struct stat status {};
  if (is_path_ && is_deleted(descriptor_))
    if (const auto error = reopen()) return error;
  const bool is_file = ::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode);
  const FileLock lock(descriptor_, is_file);
  if (is_file && ::fstat(descriptor_, &status) != 0) return last_error();
  if (is_file && status.st_size != last_end_ && is_torn_at(descriptor_, status.st_size)) {
    if (const auto error = write_all(descriptor_, "\n")) return error;
    ++status.st_size;
  }
  if (const auto error = write_all(descriptor_, line)) {
    // What can't be taken back is found torn, and closed off, before the next line.
    last_end_ = -1;
    if (is_file && ::ftruncate(descriptor_, status.st_size) == 0) ::lseek(descriptor_, 0, SEEK_END);
    return error;
  }
  last_end_ = status.st_size + static_cast<off_t>(line.size());
  ++written_;
  return {};
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
  ::close(fresh);
  last_end_ = -1;
  return error;
}

}  // namespace farehook
