#include "cli/pseudonym_key.hpp"

#include "delivery/error.hpp"
#include "delivery/hex_digit.hpp"
#include "delivery/write_all.hpp"
#include "http/random_bytes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <system_error>

namespace farehook {

namespace {

constexpr size_t key_bytes = 32;
constexpr size_t max_file_bytes = 4096;
constexpr std::string_view notice =
    "# The key of a capture's pseudonyms (farehook listen --redact). Whoever has it can check guesses at "
    "the\n"
    "# private data that was there. Keep it as long as the capture grows; never commit it.\n";

[[noreturn]] void fail(const std::string& path, int error) {
  throw Error(path + ": " + std::generic_category().message(error));
}

[[noreturn]] void fail_as_no_key(const std::string& path) {
  throw Error(path +
              ": this is no key of --redact: 64 hexadecimal digits, on a line of their own (without the file "
              "a new key is made, and pseudonyms begin anew)");
}

class File {
 public:
  explicit File(int number) : number_(number) {}
  ~File() {
    if (number_ >= 0) ::close(number_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  const int number_;
};

std::optional<std::string> from_hex(std::string_view line) {
  if (line.size() != 2 * key_bytes) return std::nullopt;
  std::string bytes;
  for (size_t at = 0; at < line.size(); at += 2) {
    const int high = hex_value(line[at]), low = hex_value(line[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

/// The one line that is neither empty nor a comment, if it is a key.
std::optional<std::string> key_in(std::string_view text) {
  std::optional<std::string> key;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + (line.size() < text.size() ? 1 : 0));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    if (key) return std::nullopt;
    key = from_hex(line);
    if (!key) return std::nullopt;
  }
  return key;
}

std::string content_of(const File& file, const std::string& path) {
  std::string text(max_file_bytes + 1, '\0');
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(file.number(), text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path, errno);
    if (count == 0) break;
    size += static_cast<size_t>(count);
  }
  text.resize(size);
  return text;
}

/// The key of a file that is there, or nothing.
std::optional<PseudonymKey> read_key(const std::string& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file && errno == ENOENT) return std::nullopt;
  struct stat status {};
  if (!file || ::fstat(file.number(), &status) != 0) fail(path, errno);
  if (S_ISDIR(status.st_mode)) fail(path, EISDIR);
  if (!S_ISREG(status.st_mode)) fail_as_no_key(path);
  const std::string text = content_of(file, path);
  const auto key = text.size() > max_file_bytes ? std::nullopt : key_in(text);
  if (!key) fail_as_no_key(path);
  const bool is_open = (status.st_mode & (S_IRWXG | S_IRWXO)) != 0;
  return PseudonymKey{*key, is_open ? path + ": others may read this key; chmod 600 keeps it private" : "",
                      false};
}

/// Makes the file in one go, unless there is one by then: nobody sees half a key.
void make_key(const std::string& path) {
  const std::string text = std::string(notice) + to_hex(random_bytes(key_bytes)) + "\n";
  std::string draft = path + ".XXXXXX";
  {
    const File file(::mkostemp(draft.data(), O_CLOEXEC));  // new, and 0600
    if (!file) fail(path, errno);
    auto error = write_all(file.number(), text);
    if (!error && ::fsync(file.number()) != 0) error = {errno, std::generic_category()};
    if (error) {
      ::unlink(draft.c_str());
      fail(path, error.value());
    }
  }
  const int error = ::link(draft.c_str(), path.c_str()) == 0 ? 0 : errno;
  ::unlink(draft.c_str());
  if (error != 0 && error != EEXIST) fail(path, error);
}

}  // namespace

PseudonymKey pseudonym_key(const std::string& path) {
  if (auto key = read_key(path)) return *key;
  make_key(path);
  auto key = read_key(path);
  if (!key) fail(path, ENOENT);
  key->is_new = true;
  return *key;
}

PseudonymKey passing_pseudonym_key() { return {random_bytes(key_bytes), "", true}; }

std::string key_path_beside(const std::string& capture) { return capture + ".key"; }

}  // namespace farehook
