#include "http/chunked_body.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace farehook;

namespace {

struct Read {
  std::string body, rest;
  bool is_complete = false, is_refused = false;
};

/// In pieces of so many bytes.
Read read(const std::string& bytes, size_t piece_bytes = std::string::npos) {
  Read read;
  ChunkedBody chunks;
  for (size_t at = 0; at < bytes.size() && !read.is_refused;) {
    std::string_view piece = std::string_view(bytes).substr(at, piece_bytes);
    at += piece.size();
    read.is_refused = chunks.read(piece, [&](std::string_view data) { read.body += data; }).has_value();
    read.rest += piece;
  }
  read.is_complete = chunks.is_complete();
  return read;
}

}  // namespace

TEST_CASE("chunks are joined however they come in pieces") {
  const std::string bytes = "4;a=\"b\"\r\n{\"a\"\r\n00003\r\n:1}\r\n0\r\nX-Sum: 1\r\nY:\r\n\r\nnext";
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    const Read got = read(bytes, piece);
    CHECK(got.is_complete);
    CHECK(!got.is_refused);
    CHECK(got.body == "{\"a\":1}");
    CHECK(got.rest == "next");
  }
}

TEST_CASE("a body of chunks ends with its last line and not before") {
  const std::string bytes = "2\r\n{}\r\n0\r\n\r\n";
  for (size_t count = 0; count < bytes.size(); ++count) {
    const Read got = read(bytes.substr(0, count));
    CHECK(!got.is_complete);
    CHECK(!got.is_refused);
  }
  CHECK(read("0\r\n\r\n").is_complete);
}

TEST_CASE("a chunk that could be understood in two ways is refused") {
  using namespace std::string_literals;
  for (const std::string& bytes :
       {"-2\r\n{}\r\n"s, "+2\r\n"s, " 2\r\n"s, "2 \r\n"s, "0x2\r\n"s, "2g\r\n"s, "\r\n"s, ";a\r\n"s,
        "2\n{}\r\n"s, "2\r{}\r\n"s, "2\r\n{}XX"s, "2\r\n{}\n"s, "2\r\n{}\rX"s, "2\r\n{}}\r\n"s, "2;a\n\r\n"s,
        "2;a\0\r\n"s, "1234567890abcdef\r\n"s, "2\r\n{}\r\n0\r\nX: 1\n\r\n"s, "0\r\nX\0: 1\r\n"s})
    CHECK_MESSAGE(read(bytes).is_refused, bytes);
}

TEST_CASE("extensions and trailer fields are read past up to a limit") {
  const std::string much(size_t{1} << 20, 'x');
  CHECK(read("2;" + much).is_refused);
  CHECK(read("0\r\nX: " + much).is_refused);
}
