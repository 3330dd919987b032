#include "cli/ready_file.hpp"

#include "delivery/error.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace farehook {

void ReadyFile::write(const std::string& url, bool is_secret) const {
  if (!path_) return;
  const auto fail = [this] { throw Error(*path_ + ": " + std::generic_category().message(errno)); };
  struct stat status {};
  const bool is_special = ::stat(path_->c_str(), &status) == 0 && !S_ISREG(status.st_mode);
  const std::string written = is_special ? *path_ : *path_ + "." + std::to_string(::getpid());
  const int file = ::open(written.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, is_secret ? 0600 : 0644);
  if (file < 0) fail();
  const std::string text = url + "\n";
  const bool is_written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (::close(file) != 0 || !is_written) fail();
  if (!is_special && ::rename(written.c_str(), path_->c_str()) != 0) fail();
}

void ReadyFile::remove() const {
  struct stat status {};
  if (path_ && ::stat(path_->c_str(), &status) == 0 && S_ISREG(status.st_mode)) ::unlink(path_->c_str());
}

}  // namespace farehook
