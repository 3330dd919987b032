#include "delivery/line_reader.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace farehook {

namespace {

constexpr size_t first_buffer_bytes = size_t{256} << 10;

[[noreturn]] void fail(const std::string& name) {
  throw Error(name + ": " + std::generic_category().message(errno));
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r") == std::string_view::npos; }

}  // namespace

LineReader::LineReader(int descriptor, std::string name, Tail tail, int interrupt)
    : descriptor_(descriptor),
      name_(std::move(name)),
      tail_(tail),
      interrupt_(interrupt),
      left_(UINT64_MAX),
      buffer_(first_buffer_bytes) {
  if (tail == Tail::read) return;
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) fail(name_);
  left_ = static_cast<uint64_t>(status.st_size);
}

/// Waits for something to read. Returns whether something else came first.
bool LineReader::is_interrupted() const {
  if (interrupt_ < 0) return false;
  pollfd awaited[] = {{descriptor_, POLLIN, 0}, {interrupt_, POLLIN, 0}};
  while (::poll(awaited, 2, -1) < 0 && errno == EINTR) {
  }
  return awaited[1].revents != 0;
}

Error LineReader::too_long() const {
  const std::string where = reads_all_ ? "" : "line " + std::to_string(number_ + 1) + " is ";
  return Error(name_ + ": " + where + "longer than 256 MiB, which is not read" +
               (reads_all_ ? "\n" + std::string(remedy_) : ""));
}

/// Reads more behind what is there. Returns whether there was any.
bool LineReader::fill() {
  if (filled_ == buffer_.size()) {
    if (line_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + line_, filled_ - line_);
      dropped_ += line_;
      filled_ -= line_;
      next_ -= line_;
      line_ = 0;
    } else if (filled_ >= max_line_bytes) {
      throw too_long();
    } else {
      buffer_.resize(buffer_.size() * 2);
    }
  }
  for (;;) {
    if (is_interrupted()) return false;
    const size_t room = std::min<uint64_t>(buffer_.size() - filled_, left_);
    const ssize_t count = ::read(descriptor_, buffer_.data() + filled_, room);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(name_);
    filled_ += static_cast<size_t>(count);
    left_ -= static_cast<size_t>(count);
    return count > 0;
  }
}

/// Reads until the line that begins at line_ is whole, and returns its length.
size_t LineReader::line_length() {
  size_t searched = 0;
  for (;;) {
    const char* const begin = buffer_.data() + line_;
    const void* const found = std::memchr(begin + searched, '\n', filled_ - line_ - searched);
    if (found != nullptr) return static_cast<size_t>(static_cast<const char*>(found) - begin);
    searched = filled_ - line_;
    if (!fill()) return searched;
  }
}

std::optional<LineReader::Line> LineReader::next() {
  for (;;) {
    line_ = next_;
    const size_t length = line_length();
    const bool is_cut_off = line_ + length == filled_;
    if (is_cut_off && (length == 0 || tail_ == Tail::leave)) return std::nullopt;
    ++number_;
    next_ = line_ + length + (is_cut_off ? 0 : 1);
    const std::string_view text(buffer_.data() + line_, length);
    if (!is_blank(text)) return Line{number_, text, dropped_ + line_};
  }
}

std::string_view LineReader::rest(std::string_view remedy) {
  reads_all_ = true;
  remedy_ = remedy;
  while (fill()) {
  }
  next_ = filled_;
  return {buffer_.data() + line_, filled_ - line_};
}

void for_each_line(const std::string& path, Tail tail,
                   const std::function<bool(const LineReader::Line&)>& take) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(path);
  struct Closer {
    int descriptor;
    ~Closer() { ::close(descriptor); }
  } closer{descriptor};
  LineReader reader(descriptor, path, tail);
  while (const auto line = reader.next())
    if (!take(*line)) return;
}

}  // namespace farehook
