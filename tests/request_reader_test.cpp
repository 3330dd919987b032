#include "http/request_reader.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <string>

using namespace farehook;

namespace {

using State = RequestReader::State;

struct Reading {
  std::atomic<size_t> held{0};
  RequestReader reader{{.max_body_bytes = 100, .held_bytes = held, .max_held_bytes = size_t{1} << 20}};
  std::string rest;

  explicit Reading(const std::string& bytes, size_t piece_bytes = std::string::npos) {
    read(bytes, piece_bytes);
  }

  State read(const std::string& bytes, size_t piece_bytes = std::string::npos) {
    for (size_t at = 0; at < bytes.size();) {
      std::string_view piece = std::string_view(bytes).substr(at, piece_bytes);
      at += piece.size();
      while (!piece.empty() && (reader.state() == State::head || reader.state() == State::body))
        reader.read(piece);
      rest += piece;
    }
    return reader.state();
  }

  int status() const { return reader.refusal() ? reader.refusal()->status : 0; }
};

const std::string head = "POST /hook?a=%41&b HTTP/1.1\r\nHost: x\r\n";

}  // namespace

TEST_CASE("a request ends where its length says however it comes in pieces") {
  const std::string bytes =
      "\r\n" + head + "X-One: 1\r\nx-one:\t2 \r\nX-Two:\r\nContent-Length: 7\r\n\r\n{\"a\":1}GET ";
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    Reading reading(bytes, piece);
    REQUIRE(reading.reader.state() == State::complete);
    CHECK(reading.rest == "GET ");
    const Delivery delivery = reading.reader.take_delivery();
    CHECK(delivery.method == "POST");
    CHECK(delivery.path == "/hook");
    CHECK(delivery.query == "a=%41&b");
    CHECK(delivery.body == "{\"a\":1}");
    const std::vector<Header> as_they_came{
        {"host", "x"}, {"x-one", "1, 2"}, {"x-two", ""}, {"content-length", "7"}};
    CHECK(delivery.headers == as_they_came);
  }
}

TEST_CASE("of a target in absolute form what stands behind the authority is asked for") {
  const auto asked = [](const std::string& target) {
    Reading reading("POST " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
    REQUIRE(reading.reader.state() == State::complete);
    const Delivery delivery = reading.reader.take_delivery();
    return delivery.path + " " + delivery.query;
  };
  CHECK(asked("http://a.example:80/hook?a=1") == "/hook a=1");
  CHECK(asked("HTTPS://wren:sand@a/") == "/ ");
  CHECK(asked("http://a") == "/ ");
  CHECK(asked("http://a?b=/c") == "/ b=/c");
  CHECK(asked("http://") == "/ ");
  CHECK(asked("ftp://a/b") == "ftp://a/b ");
  CHECK(asked("/http://a/b?c") == "/http://a/b c");
  CHECK(asked("?a") == " a");
}

TEST_CASE("a later minor version is read as HTTP/1.1, another major one is not") {
  const auto read = [](const std::string& version) {
    return Reading("POST / " + version + "\r\nHost: x\r\n\r\n");
  };
  CHECK(read("HTTP/1.9").reader.state() == State::complete);
  CHECK(!read("HTTP/1.9").reader.head().wants_close);
  CHECK(read("HTTP/1.0").reader.head().wants_close);
  for (const char* version : {"HTTP/0.9", "HTTP/2.0", "HTTP/3.1"}) CHECK(read(version).status() == 505);
  for (const char* version : {"HTTP/1.10", "HTTP/1", "HTTP/1,1", "HTTP/x.1", "HTTP/1.x", "HTTP/"})
    CHECK_MESSAGE(read(version).status() == 400, version);
}

TEST_CASE("values of header fields are not decoded") {
  Reading reading(head + "X: %0d%0a \xff\x1b[2J\r\n\r\n");
  REQUIRE(reading.reader.state() == State::complete);
  CHECK(reading.reader.head().delivery.headers[1].value == "%0d%0a \xff\x1b[2J");
}

TEST_CASE("a head that could be understood in two ways breaks the connection") {
  using namespace std::string_literals;
  for (const std::string& bytes : {"POST / HTTP/1.1\nHost: x\r\n\r\n"s,
                                   head + "X: 1\n\r\n"s,
                                   head + "X: 1\rY: 2\r\n\r\n"s,
                                   head + "X : 1\r\n\r\n"s,
                                   head + " X: 1\r\n\r\n"s,
                                   head + "X: 1\r\n 2\r\n\r\n"s,
                                   head + "nonsense\r\n\r\n"s,
                                   head + ": 1\r\n\r\n"s,
                                   head + "X: \0\r\n\r\n"s,
                                   head + "X\0: 1\r\n\r\n"s,
                                   "POST /a b HTTP/1.1\r\n\r\n"s,
                                   "POST  / HTTP/1.1\r\n\r\n"s,
                                   "POST /\0 HTTP/1.1\r\n\r\n"s,
                                   "POST /\r\n\r\n"s,
                                   "PO(ST / HTTP/1.1\r\n\r\n"s,
                                   "\x16\x03\x01"s,
                                   "POST / http/1.1\r\n\r\n"s,
                                   "POST / HTTP/1.1\r\n\r\n"s,
                                   head + "Host: x\r\n\r\n"s,
                                   "POST / HTTP/1.1\r\nHost: a/b\r\n\r\n"s,
                                   "POST / HTTP/1.0\r\nHost: a b\r\n\r\n"s,
                                   head + "Transfer-Encoding: gzip\r\n\r\n"s,
                                   head + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n"s,
                                   head + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"s}) {
    Reading reading(bytes);
    CHECK_MESSAGE(reading.reader.state() == State::broken, bytes);
    CHECK_MESSAGE(reading.status() == 400, bytes);
  }
  CHECK(Reading("POST / HTTP/2.0\r\n\r\n").status() == 505);
  CHECK(Reading(head + "Transfer-Encoding: gzip, chunked\r\n\r\n").status() == 501);
}

TEST_CASE("a head has its limits") {
  const std::string eight_kib(8192, 'x');
  CHECK(Reading("POST /" + eight_kib).status() == 414);
  CHECK(Reading(head + "X: " + eight_kib).status() == 431);
  CHECK(Reading(head + "X: " + eight_kib.substr(3) + "\r\n\r\n").status() == 0);
  std::string fields;
  for (int i = 0; i < 99; ++i) fields += "X: 1\r\n";
  CHECK(Reading(head + fields + "\r\n").status() == 0);
  CHECK(Reading(head + fields + "X: 1\r\n").status() == 431);
  std::string long_fields;
  for (int i = 0; i < 20; ++i) long_fields += "X: " + eight_kib.substr(3) + "\r\n";
  CHECK(Reading(head + long_fields).status() == 431);
}

TEST_CASE("a body over the limit is read past and the next request found behind it") {
  for (const std::string& request :
       {head + "Content-Length: 101\r\n\r\n" + std::string(101, 'x'),
        head + "Transfer-Encoding: chunked\r\n\r\n65\r\n" + std::string(101, 'x') + "\r\n0\r\n\r\n"}) {
    Reading reading(request + "GET ");
    CHECK(reading.reader.state() == State::complete);
    CHECK(reading.status() == 413);
    CHECK(reading.rest == "GET ");
  }
  Reading endless(head + "Content-Length: 99999999999\r\n\r\n");
  CHECK(endless.reader.state() == State::broken);
  Reading waiting(head + "Expect: 100-Continue\r\nContent-Length: 101\r\n\r\n");
  CHECK(waiting.reader.state() == State::broken);
}

TEST_CASE("all bytes that are held together have a limit and are given back") {
  std::atomic<size_t> held{0};
  const RequestReader::Limits limits{.max_body_bytes = 1000, .held_bytes = held, .max_held_bytes = 300};
  RequestReader one(limits), other(limits);
  const std::string request = head + "Content-Length: 150\r\n\r\n" + std::string(149, 'x');
  std::string_view first = request, second = request;
  while (!first.empty()) one.read(first);
  while (!second.empty()) other.read(second);
  CHECK(!one.refusal());
  REQUIRE(other.refusal());
  CHECK(other.refusal()->status == 503);
  one.next();
  other.next();
  CHECK(held == 0);
}

TEST_CASE("close is read from a list and HTTP/1.0 closes by itself") {
  const auto wants_close = [](const std::string& bytes) {
    Reading reading(bytes);
    REQUIRE(reading.reader.state() == State::complete);
    return reading.reader.head().wants_close;
  };
  CHECK(!wants_close(head + "\r\n"));
  CHECK(wants_close(head + "Connection: Close\r\n\r\n"));
  CHECK(wants_close(head + "Connection: keep-alive , close\r\n\r\n"));
  CHECK(!wants_close(head + "Connection: closed\r\n\r\n"));
  CHECK(wants_close("POST / HTTP/1.0\r\n\r\n"));
  CHECK(!wants_close("POST / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
}
