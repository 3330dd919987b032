#include "delivery/line_reader.hpp"

#include "delivery/error.hpp"
#include "scratch_folder.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <unistd.h>

#include <sstream>
#include <thread>

using namespace farehook;

namespace {

/// A pipe whose writer sends the text in pieces.
class Pipe {
 public:
  Pipe(std::string text, size_t piece) {
    REQUIRE(::pipe2(ends_, O_CLOEXEC) == 0);
    writer_ = std::thread([this, text = std::move(text), piece] {
      for (size_t at = 0; at < text.size(); at += piece) {
        const std::string_view part = std::string_view(text).substr(at, piece);
        if (::write(ends_[1], part.data(), part.size()) < 0) break;
      }
      ::close(ends_[1]);
    });
  }
  ~Pipe() {
    writer_.join();
    ::close(ends_[0]);
  }
  int descriptor() const { return ends_[0]; }

 private:
  int ends_[2] = {-1, -1};
  std::thread writer_;
};

}  // namespace

TEST_CASE("lines come whole, in whatever pieces they arrive") {
  std::string text = "\n  \n";
  for (int i = 0; i < 300; ++i)
    text += std::string(static_cast<size_t>(i) * 37, 'x') + std::to_string(i) + "\n\n";
  text += "last";
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{4096}, size_t{65536}}) {
    if (piece == 1 && text.size() > 100'000) text = text.substr(text.size() - 100'000);
    const Pipe pipe(text, piece);
    LineReader reader(pipe.descriptor(), "pipe");
    std::string joined;
    size_t number = 0;
    while (const auto line = reader.next()) {
      CHECK(line->number > number);
      CHECK(!line->text.empty());
      number = line->number;
      joined += std::string(line->text) + "\n";
    }
    std::string expected;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
      if (line.find_first_not_of(' ') != std::string::npos) expected += line + "\n";
    CHECK(joined == expected);
  }
}

TEST_CASE("the rest begins with the line that was given last") {
  const Pipe pipe("\none\ntwo\nthree", 3);
  LineReader reader(pipe.descriptor(), "pipe");
  CHECK(reader.next()->number == 2);
  CHECK(reader.next()->text == "two");
  CHECK(reader.rest() == "two\nthree");
  CHECK(!reader.next());
}

TEST_CASE("the rest of a file that nothing was read of is the file") {
  const std::string text(1'000'000, 'y');
  const Pipe pipe(text, 5000);
  LineReader reader(pipe.descriptor(), "pipe");
  CHECK(reader.rest() == text);
}

TEST_CASE("a folder is no file to read") {
  const ScratchFolder folder;
  const int descriptor = ::open(folder.file("").c_str(), O_RDONLY | O_CLOEXEC);
  LineReader reader(descriptor, "here");
  CHECK_THROWS_WITH_AS(reader.next(), "here: Is a directory", Error);
  ::close(descriptor);
}

TEST_CASE("a reader that waits is interrupted") {
  int quiet[2], interrupt[2];
  REQUIRE(::pipe2(quiet, O_CLOEXEC) == 0);
  REQUIRE(::pipe2(interrupt, O_CLOEXEC) == 0);
  REQUIRE(::write(quiet[1], "half a line", 11) == 11);
  LineReader reader(quiet[0], "pipe", Tail::read, interrupt[0]);
  std::thread stopper([&] { CHECK(::write(interrupt[1], "!", 1) == 1); });
  const auto line = reader.next();
  stopper.join();
  CHECK((!line || line->text == "half a line"));
  CHECK(!reader.next());
  for (const int descriptor : {quiet[0], quiet[1], interrupt[0], interrupt[1]}) ::close(descriptor);
}

TEST_CASE("a line beyond the bound ends the reading") {
  const ScratchFolder folder;
  const std::string path = folder.file("large.jsonl");
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(::ftruncate(descriptor, static_cast<off_t>(max_line_bytes + 1)) == 0);
  LineReader lines(descriptor, "large");
  CHECK_THROWS_WITH_AS(lines.next(), "large: line 1 is longer than 256 MiB, which is not read", Error);
  ::lseek(descriptor, 0, SEEK_SET);
  LineReader whole(descriptor, "large");
  CHECK_THROWS_AS(whole.rest(), Error);
  ::close(descriptor);
}
