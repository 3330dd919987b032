#include "delivery/journal.hpp"

#include "delivery/error.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

// A record is one write(2) to a file opened with O_APPEND: the kernel keeps the writes of several threads
// and processes apart. A write that is cut short (a full disk) is taken back if nobody has written behind
// it; if somebody has, the part is closed off by a line feed before the next record.

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

/// Whether the file's last line has no end, and is not just being written by another process: it does not
/// grow for a while.
bool has_torn_line(int descriptor) {
  constexpr auto a_while = std::chrono::milliseconds{20};
  for (off_t last_size = -1;;) {
    struct stat status {};
    char last = '\n';
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) return false;
    if (::pread(descriptor, &last, 1, status.st_size - 1) != 1 || last == '\n') return false;
    if (status.st_size == last_size) return true;
    last_size = status.st_size;
    std::this_thread::sleep_for(a_while);
  }
}

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
  if (!has_torn_line(descriptor_)) return;
  closed_off_a_line_ = true;
  if (const auto error = write_all("\n")) {
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
  if (is_path_ && is_deleted(descriptor_))
    if (const auto error = reopen()) return error;
  if (torn_) {
    if (const auto error = write_all("\n")) return error;
    torn_ = false;
  }
  if (const auto error = write_all(line)) return error;
  // Where another process was killed while it wrote, this line is glued to the rest of its own: once more.
  if (is_glued(line.size()))
    if (const auto error = write_all(line)) return error;
  ++written_;
  return {};
}

bool Journal::is_glued(size_t bytes) {
  // After a write with O_APPEND the file offset is the end of what was written.
  const off_t end = ::lseek(descriptor_, 0, SEEK_CUR);
  if (end < 0) return false;  // a pipe or a terminal
  const off_t start = end - static_cast<off_t>(bytes);
  const bool follows_own_line = start == last_end_;
  last_end_ = end;
  char before = '\n';
  return !follows_own_line && start > 0 && ::pread(descriptor_, &before, 1, start - 1) == 1 && before != '\n';
}

std::error_code Journal::write_all(std::string_view bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::write(descriptor_, bytes.data() + done, bytes.size() - done);
    if (count > 0) {
      done += static_cast<size_t>(count);
    } else if (count < 0 && errno == EAGAIN) {
      pollfd writable{descriptor_, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (count == 0 || errno != EINTR) {
      const std::error_code error = count == 0 ? std::make_error_code(std::errc::io_error) : last_error();
      if (done > 0) torn_ = static_cast<bool>(take_back(done));
      return error;
    }
  }
  return {};
}

std::error_code Journal::take_back(size_t bytes) {
  const off_t end = ::lseek(descriptor_, 0, SEEK_CUR);
  struct stat status {};
  if (end < 0 || ::fstat(descriptor_, &status) != 0) return last_error();
  if (!S_ISREG(status.st_mode) || status.st_size != end) return std::make_error_code(std::errc::io_error);
  if (::ftruncate(descriptor_, end - static_cast<off_t>(bytes)) != 0) return last_error();
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
  torn_ = false;
  last_end_ = -1;
  return error;
}

void for_each_line(const std::string& path, const std::function<void(size_t, std::string_view)>& line) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw Error(words(path, errno));
  struct Closer {
    int descriptor;
    ~Closer() { ::close(descriptor); }
  } closer{descriptor};

  std::vector<char> buffer(size_t{256} << 10);
  size_t filled = 0;
  size_t number = 0;
  const auto emit = [&](std::string_view text) {
    ++number;
    if (text.find_first_not_of(" \t\r") != std::string_view::npos) line(number, text);
  };
  for (;;) {
    if (filled == buffer.size()) {
      if (filled >= max_line_bytes)
        throw Error(path + ": line " + std::to_string(number + 1) + " is longer than 256 MiB");
      buffer.resize(buffer.size() * 2);
    }
    const ssize_t count = ::read(descriptor, buffer.data() + filled, buffer.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error(words(path, errno));
    if (count == 0) break;
    const size_t searched = filled;
    filled += static_cast<size_t>(count);
    size_t start = 0;
    const char* found =
        static_cast<const char*>(std::memchr(buffer.data() + searched, '\n', filled - searched));
    while (found != nullptr) {
      const auto end = static_cast<size_t>(found - buffer.data());
      emit({buffer.data() + start, end - start});
      start = end + 1;
      found = static_cast<const char*>(std::memchr(buffer.data() + start, '\n', filled - start));
    }
    std::memmove(buffer.data(), buffer.data() + start, filled - start);
    filled -= start;
  }
  if (filled > 0) emit({buffer.data(), filled});
}

}  // namespace farehook
