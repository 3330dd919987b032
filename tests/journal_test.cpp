#include "delivery/journal.hpp"

#include "delivery/error.hpp"
#include "delivery/line_reader.hpp"
#include "scratch_folder.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <thread>
#include <vector>

using namespace farehook;

namespace {

std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  for_each_line(path, Tail::read, [&](const LineReader::Line& line) {
    lines.push_back(std::to_string(line.number) + ":" + std::string(line.text));
    return true;
  });
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("what is appended is read back line by line") {
  const ScratchFolder folder;
  const std::string path = folder.file("a.jsonl");
  {
    Journal journal(path, false);
    CHECK(!journal.closed_off_a_line());
    CHECK(!journal.append("one\n"));
    CHECK(!journal.append("two\n"));
  }
  {
    Journal journal(path, true);
    CHECK(!journal.append(std::string(1'000'000, 'x') + "\n"));
    CHECK(!journal.sync(journal.ticket()));
  }
  CHECK(lines_of(path) == Lines{"1:one", "2:two", "3:" + std::string(1'000'000, 'x')});
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("a last line that was cut off is closed off and never glued to the next") {
  const ScratchFolder folder;
  const std::string path = folder.file("a.jsonl");
  write_file(path, "one\n{\"id\":\"tor");
  Journal journal(path, false);
  CHECK(journal.closed_off_a_line());
  CHECK(!journal.append("two\n"));
  CHECK(content_of(path) == "one\n{\"id\":\"tor\ntwo\n");
}

TEST_CASE("a line that another process has torn is never glued to the next") {
  const ScratchFolder folder;
  const std::string path = folder.file("a.jsonl");
  Journal journal(path, false);
  REQUIRE(!journal.append("one\n"));
  write_file(path, "one\n{\"torn");
  CHECK(!journal.append("two\n"));
  CHECK(!journal.append("three\n"));
  CHECK(lines_of(path) == Lines{"1:one", "2:{\"torn", "3:two", "4:three"});
}

TEST_CASE("a reader counts every line and passes over blank ones") {
  const ScratchFolder folder;
  const std::string path = folder.file("a.jsonl");
  write_file(path, "\n \t\r\none\n\ntwo");
  CHECK(lines_of(path) == Lines{"3:one", "5:two"});
  write_file(path, "");
  CHECK(lines_of(path).empty());
  CHECK_THROWS_WITH_AS(lines_of(folder.file("none")), doctest::Contains("No such file"), Error);
}

TEST_CASE("a line that is just being written is left") {
  const ScratchFolder folder;
  const std::string path = folder.file("a.jsonl");
  write_file(path, "one\ntwo\nthr");
  size_t count = 0;
  for_each_line(path, Tail::leave, [&](const LineReader::Line&) {
    ++count;
    write_file(path, "one\ntwo\nthree\nfour\n");
    return true;
  });
  CHECK(count == 2);
}

TEST_CASE("a reader takes lines longer than its buffer") {
  const ScratchFolder folder;
  const std::string path = folder.file("a.jsonl");
  const std::string long_line(3'000'000, 'y');
  write_file(path, "a\n" + long_line + "\nb\n" + long_line);
  CHECK(lines_of(path) == Lines{"1:a", "2:" + long_line, "3:b", "4:" + long_line});
}

TEST_CASE("a full device is an error and nothing is claimed") {
  Journal journal("/dev/full", false);
  CHECK(journal.append("one\n") == std::errc::no_space_on_device);
  CHECK(journal.ticket() == 0);
}

TEST_CASE("a write that is cut short is taken back") {
  const ScratchFolder folder;
  const std::string path = folder.file("a.jsonl");
  Journal journal(path, false);
  REQUIRE(!journal.append("one\n"));
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const rlimit tight{20, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
  const auto error = journal.append(std::string(100, 'x') + "\n");
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK(error == std::errc::file_too_large);
  CHECK(content_of(path) == "one\n");
  CHECK(!journal.append("two\n"));
  CHECK(content_of(path) == "one\ntwo\n");
}

TEST_CASE("a file that was deleted is made anew") {
  const ScratchFolder folder;
  const std::string path = folder.file("a.jsonl");
  Journal journal(path, false);
  REQUIRE(!journal.append("one\n"));
  REQUIRE(::unlink(path.c_str()) == 0);
  CHECK(!journal.append("two\n"));
  CHECK(content_of(path) == "two\n");
}

TEST_CASE("a renamed file is left at reopen") {
  const ScratchFolder folder;
  const std::string path = folder.file("a.jsonl"), old = folder.file("a.jsonl.1");
  for (const bool synced : {false, true}) {
    Journal journal(path, synced);
    REQUIRE(!journal.append("one\n"));
    REQUIRE(::rename(path.c_str(), old.c_str()) == 0);
    REQUIRE(!journal.append("two\n"));
    CHECK(!journal.reopen());
    REQUIRE(!journal.append("three\n"));
    CHECK(!journal.sync(journal.ticket()));
    CHECK(content_of(old) == "one\ntwo\n");
    CHECK(content_of(path) == "three\n");
    REQUIRE(::unlink(path.c_str()) == 0);
  }
}

TEST_CASE("a journal that can't be opened names its path and the reason") {
  const ScratchFolder folder;
  CHECK_THROWS_WITH_AS(Journal(folder.file("no/such/folder"), false), doctest::Contains("No such file"),
                       Error);
  CHECK_THROWS_WITH_AS(Journal(folder.file(""), false), doctest::Contains("Is a directory"), Error);
  CHECK_THROWS_WITH_AS(Journal("/dev/null", true), doctest::Contains("--sync"), Error);
}

TEST_CASE("several journals append to one file without mixing lines") {
  const ScratchFolder folder;
  const std::string path = folder.file("a.jsonl");
  std::vector<std::thread> threads;
  for (char letter : {'a', 'b', 'c', 'd'})
    threads.emplace_back([&path, letter] {
      Journal journal(path, false);
      for (int i = 0; i < 500; ++i) CHECK(!journal.append(std::string(5000, letter) + "\n"));
    });
  for (auto& thread : threads) thread.join();
  size_t count = 0;
  for_each_line(path, Tail::read, [&](const LineReader::Line& line) {
    ++count;
    CHECK(line.text == std::string(5000, line.text[0]));
    return true;
  });
  CHECK(count == 2000);
}

TEST_CASE("whoever waits for a sync is let go by one, its own or another's") {
  const ScratchFolder folder;
  Journal journal(folder.file("a.jsonl"), true);
  std::mutex append;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        uint64_t ticket = 0;
        {
          const std::lock_guard lock(append);
          CHECK(!journal.append("line\n"));
          ticket = journal.ticket();
        }
        CHECK(!journal.sync(ticket));
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(journal.ticket() == 80);
}

TEST_CASE("a closed pipe is an error") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  std::signal(SIGPIPE, SIG_IGN);
  Journal journal(ends[1], "standard output");
  CHECK(!journal.append("one\n"));
  ::close(ends[0]);
  CHECK(journal.append("two\n") == std::errc::broken_pipe);
  ::close(ends[1]);
}

TEST_CASE("a line is read back from its place, until the file is another") {
  const ScratchFolder folder;
  const std::string path = folder.file("a.jsonl");
  Journal journal(path, false);
  REQUIRE(!journal.append("first\n"));
  const Place first = journal.last_place();
  REQUIRE(!journal.append("second line\n"));
  const Place second = journal.last_place();
  CHECK(journal.read(second) == "second line\n");
  CHECK(journal.read(first) == "first\n");
  CHECK(journal.read(journal.place(6, 6)) == "second");
  CHECK(!journal.read(journal.place(6, 600)));
  CHECK(!journal.read(Place{}));
  REQUIRE(::rename(path.c_str(), folder.file("b.jsonl").c_str()) == 0);
  REQUIRE(!journal.reopen());
  CHECK(!journal.read(second));
  REQUIRE(!journal.append("third\n"));
  CHECK(journal.read(journal.last_place()) == "third\n");
}

TEST_CASE("a descriptor that can only be written to takes lines behind what is there") {
  const ScratchFolder folder;
  const std::string path = folder.file("a.jsonl");
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(::write(descriptor, "before\n", 7) == 7);
  Journal journal(descriptor, "standard output");
  CHECK(!journal.append("first\n"));
  CHECK(!journal.append("second\n"));
  CHECK(!journal.read(journal.last_place()));
  CHECK(content_of(path) == "before\nfirst\nsecond\n");
  ::close(descriptor);
}
