#include "cli/ready_file.hpp"

#include "cli/file_identity.hpp"
#include "delivery/error.hpp"
#include "delivery/write_all.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace farehook {

namespace {

/// Whether it is what records or messages go to: then they stay in it.
bool is_standard_stream(int file) {
  const auto its = identity_of(file);
  return its && (its == identity_of(STDOUT_FILENO) || its == identity_of(STDERR_FILENO));
}

bool is_regular(int file) {
  struct stat status {};
  return ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
}

/// Opens what is no plain file. With a FIFO that nobody reads yet errno is ENXIO.
int open_special(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
  const bool is_emptied =
      file < 0 || is_standard_stream(file) || !is_regular(file) || ::ftruncate(file, 0) == 0;
  if (is_emptied) return file;
  ::close(file);
  return -1;
}

bool is_plain(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode);
}

}  // namespace

void ReadyFile::write(const std::string& url, bool is_secret) {
  if (!path_) return;
  const auto fail = [this] { throw Error(*path_ + ": " + std::generic_category().message(errno)); };
  const bool is_replaced = is_plain(*path_);
  const std::string written = is_replaced ? *path_ + "." + std::to_string(::getpid()) : *path_;
  const int file =
      is_replaced ? ::open(written.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, is_secret ? 0600 : 0644)
                  : open_special(written);
  awaits_its_reader_ = !is_replaced && file < 0 && errno == ENXIO;
  if (awaits_its_reader_) return;
  if (file < 0) fail();
  const auto error = write_all(file, url + "\n");
  if (::close(file) != 0) fail();
  if (error) throw Error(*path_ + ": " + error.message());
  if (is_replaced && ::rename(written.c_str(), path_->c_str()) != 0) fail();
}

void ReadyFile::remove() const {
  if (path_ && is_plain(*path_)) ::unlink(path_->c_str());
}

}  // namespace farehook
