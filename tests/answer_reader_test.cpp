#include "http/answer_reader.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace farehook;

namespace {

using State = AnswerReader::State;

struct Reading {
  AnswerReader reader;
  std::string rest;

  explicit Reading(const std::string& bytes, size_t piece_bytes = std::string::npos,
                   bool is_to_head = false) {
    reader.begin(is_to_head);
    for (size_t at = 0; at < bytes.size();) {
      std::string_view piece = std::string_view(bytes).substr(at, piece_bytes);
      at += piece.size();
      reader.read(piece);
      rest += piece;
    }
  }

  State state() const { return reader.state(); }
};

State state_of(const std::string& bytes) { return Reading(bytes).state(); }

const std::string ok = "HTTP/1.1 200 OK\r\n";

}  // namespace

TEST_CASE("an answer ends where it says however it comes in pieces") {
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  const std::pair<std::string, int> answers[] = {
      {ok + "Content-Length: 4\r\n\r\ntide", 200},
      {ok + "content-length:4 \r\ncontent-length: 4\r\n\r\ntide", 200},
      {ok + "Transfer-Encoding: chunked\r\n\r\n2;a=b\r\nti\r\n2\r\nde\r\n0\r\nX-A: b\r\n\r\n", 200},
      {interim + ok + "Content-Length: 0\r\n\r\n", 200},
      {"HTTP/1.1 200 OK\nContent-Length: 1\n\nx", 200},
      {"HTTP/1.1 204\r\n\r\n", 204},
      {"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304},
  };
  for (const auto& each : answers) {
    const std::string& answer = each.first;
    CAPTURE(answer);
    for (size_t piece = 1; piece <= answer.size() + 1; ++piece) {
      const Reading reading(answer + "HTTP", piece);
      REQUIRE(reading.state() == State::complete);
      CHECK(reading.rest == "HTTP");
      CHECK(reading.reader.keeps_connection());
      CHECK(reading.reader.status() == each.second);
    }
    for (size_t size = 0; size < answer.size(); ++size) {
      Reading reading(answer.substr(0, size));
      REQUIRE(reading.state() == State::incomplete);
      CHECK(reading.reader.has_begun() == (size > 0));
      CHECK(reading.reader.end() == State::incomplete);
    }
  }
}

TEST_CASE("an answer without a length ends with its connection") {
  for (const char* field :
       {"", "Transfer-Encoding: gzip\r\n", "Transfer-Encoding: chunked, gzip\r\nContent-Length: 1\r\n"}) {
    Reading reading(ok + field + "\r\ntide");
    CHECK(reading.state() == State::incomplete);
    CHECK(reading.reader.status() == 200);
    CHECK(reading.reader.end() == State::complete);
    CHECK(!reading.reader.keeps_connection());
  }
}

TEST_CASE("the answer to HEAD has no body") {
  for (const char* interim : {"", "HTTP/1.1 103 Early Hints\r\n\r\n"}) {
    const Reading reading(interim + ok + "Content-Length: 4\r\n\r\nHTTP", 3, true);
    CHECK(reading.state() == State::complete);
    CHECK(reading.rest == "HTTP");
  }
}

TEST_CASE("what follows 101 is not HTTP") {
  const Reading reading("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\1\2");
  CHECK(reading.state() == State::complete);
  CHECK(reading.reader.status() == 101);
  CHECK(!reading.reader.keeps_connection());
}

TEST_CASE("a connection is kept where both sides would say so") {
  const auto keeps = [](const std::string& head) {
    return Reading(head + "Content-Length: 0\r\n\r\n").reader.keeps_connection();
  };
  CHECK(keeps(ok));
  CHECK(!keeps(ok + "Connection: close\r\n"));
  CHECK(!keeps(ok + "connection: x , CLOSE\r\n"));
  CHECK(!keeps("HTTP/1.0 200 OK\r\n"));
  CHECK(keeps("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n"));
  CHECK(!keeps(ok + "what is this\r\n"));
  CHECK(!keeps(ok + "X: 1\r\n folded\r\n"));
  CHECK(!Reading(ok + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
             .reader.keeps_connection());
  CHECK(Reading(ok + "Connection: keep-alive\r\nContent-Length: 0\r\n\r\n").reader.says_keep_alive());
  CHECK(!Reading(ok + "Content-Length: 0\r\n\r\n").reader.says_keep_alive());
}

TEST_CASE("Retry-After is told as it stands") {
  const std::string head = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n";
  CHECK(Reading(head + "retry-after:  120 \r\n\r\n").reader.retry_after() == "120");
  CHECK(Reading(head + "\r\n").reader.retry_after().empty());
  // That of an interim answer is not the answer's.
  CHECK(Reading("HTTP/1.1 103 Early Hints\r\nRetry-After: 9\r\n\r\n" + head + "\r\n")
            .reader.retry_after()
            .empty());
}

TEST_CASE("what is no answer is garbled as soon as it shows") {
  for (const char* text :
       {"H\n", "h", "HTTP/2", "HTTP/1.1 20x", "HTTP/1.1 1000", "HTTP/1.1 099 x\r\n", "HTTP/1.1\r\n",
        "HTTP/1.1 -20", "\x15\x03\x01", "SSH-2.0-tide\r\n", "ICY 200 OK\r\n", "\r\nHTTP/1.1 200 OK\r\n"})
    CHECK_MESSAGE(state_of(text) == State::garbled, text);
  for (const char* length :
       {"-4", "four", "", "4 4", "0x4", "18446744073709551616", "4\r\nContent-Length: 5"})
    CHECK_MESSAGE(state_of(ok + "Content-Length: " + length + "\r\n\r\n") == State::garbled, length);
  for (const char* chunks : {"x", "-4\r\n", "4\r\ntide0", "8000000000000000\r\n"})
    CHECK_MESSAGE(state_of(ok + "Transfer-Encoding: chunked\r\n\r\n" + chunks) == State::garbled, chunks);
}

TEST_CASE("heads and bodies without end are given up at their bounds") {
  const std::string line(8192, 'x');
  CHECK(state_of("HTTP/1.1 200 " + line) == State::garbled);
  CHECK(state_of("HTTP/1.1 200 " + line.substr(100) + "\r\n\r\n") == State::incomplete);
  std::string fields = ok;
  while (fields.size() < (256 << 10)) fields += "X-A: " + line + "\r\n";
  CHECK(state_of(fields) == State::garbled);
  std::string interim;
  while (interim.size() <= (256 << 10)) interim += "HTTP/1.1 100 Continue\r\n\r\n";
  CHECK(state_of(interim) == State::garbled);

  constexpr size_t mib = size_t{1} << 20;
  CHECK(state_of(ok + "Content-Length: 1048576\r\n\r\n" + std::string(mib, 'x')) == State::complete);
  CHECK(state_of(ok + "Content-Length: 1048577\r\n\r\n") == State::too_large);
  CHECK(state_of(ok + "\r\n" + std::string(mib, 'x')) == State::incomplete);
  CHECK(state_of(ok + "\r\n" + std::string(mib + 1, 'x')) == State::too_large);
  CHECK(state_of(ok + "Transfer-Encoding: chunked\r\n\r\n100001\r\n" + std::string(mib + 1, 'x')) ==
        State::too_large);
}
