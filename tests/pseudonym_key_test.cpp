#include "cli/pseudonym_key.hpp"

#include "delivery/error.hpp"
#include "scratch_folder.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <filesystem>
#include <set>
#include <thread>
#include <vector>

using namespace farehook;

namespace {

std::string error_of(const std::string& path) {
  try {
    pseudonym_key(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a key is made once, for its owner only, and read again") {
  const ScratchFolder folder;
  const std::string path = key_path_beside(folder.file("capture.jsonl"));
  CHECK(path.ends_with("capture.jsonl.key"));
  const PseudonymKey made = pseudonym_key(path), read = pseudonym_key(path);
  CHECK(made.is_new);
  CHECK(!read.is_new);
  CHECK(made.bytes.size() == 32);
  CHECK(read.bytes == made.bytes);
  CHECK(read.warning.empty());
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(content_of(path).find("never commit it") != std::string::npos);
  // Nothing else is left behind.
  CHECK(std::distance(std::filesystem::directory_iterator(folder.file("")), {}) == 1);
  CHECK(pseudonym_key(folder.file("other.key")).bytes != made.bytes);
  CHECK(passing_pseudonym_key().bytes != passing_pseudonym_key().bytes);
}

TEST_CASE("those who make a key at once get the same") {
  const ScratchFolder folder;
  const std::string path = folder.file("k");
  std::vector<std::string> keys(8);
  std::vector<std::thread> threads;
  for (std::string& key : keys) threads.emplace_back([&] { key = pseudonym_key(path).bytes; });
  for (std::thread& thread : threads) thread.join();
  CHECK(std::set<std::string>(keys.begin(), keys.end()).size() == 1);
}

TEST_CASE("a key that others can read is used, with a warning") {
  const ScratchFolder folder;
  const std::string path = folder.file("k");
  const std::string bytes = pseudonym_key(path).bytes;
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  CHECK(pseudonym_key(path).bytes == bytes);
  CHECK(pseudonym_key(path).warning == path + ": others may read this key; chmod 600 keeps it private");
}

TEST_CASE("comments, empty lines and either letter case are read over") {
  const ScratchFolder folder;
  const std::string path = folder.file("k");
  write_file(path, "# mine\r\n\r\n" + std::string(32, 'A') + std::string(32, 'b') + "\r\n\n");
  CHECK(pseudonym_key(path).bytes == std::string(16, '\xaa') + std::string(16, '\xbb'));
}

TEST_CASE("what is no key is refused, and stays as it is") {
  const ScratchFolder folder;
  const std::string path = folder.file("k"), hex(64, 'a');
  for (const std::string& content :
       {std::string(), std::string("# nothing\n"), hex + "a\n", hex.substr(1), "x" + hex.substr(1),
        hex + "\n" + hex + "\n", hex + "\n" + std::string(5000, '#')}) {
    write_file(path, content);
    CAPTURE(content);
    CHECK(error_of(path).rfind(path + ": this is no key of --redact", 0) == 0);
    CHECK(content_of(path) == content);
  }
  CHECK(error_of(folder.file("")).find("Is a directory") != std::string::npos);
  CHECK(!error_of(folder.file("missing/k")).empty());
  CHECK(!error_of("/dev/zero").empty());
}
