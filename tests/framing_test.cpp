#include "http/framing.hpp"

#include <doctest/doctest.h>

using namespace farehook;

namespace {

using Values = std::vector<std::string>;

int status_of(const Values& lengths, const Values& encodings) {
  const auto framing = framing_of(lengths, encodings);
  const auto* refusal = std::get_if<Refusal>(&framing);
  return refusal == nullptr ? 0 : refusal->status;
}

}  // namespace

TEST_CASE("a body has a length or is chunked or is not there") {
  CHECK(std::get<Framing>(framing_of({}, {})) == Framing{Framing::Kind::no_body, 0});
  CHECK(std::get<Framing>(framing_of({"0"}, {})) == Framing{Framing::Kind::length, 0});
  CHECK(std::get<Framing>(framing_of({"18446744073709551615"}, {})) ==
        Framing{Framing::Kind::length, UINT64_MAX});
  CHECK(std::get<Framing>(framing_of({}, {"chunked"})) == Framing{Framing::Kind::chunked, 0});
  CHECK(std::get<Framing>(framing_of({}, {"Chunked"})) == Framing{Framing::Kind::chunked, 0});
}

TEST_CASE("what could be understood in two ways is refused") {
  for (const char* length : {"", "abc", "-1", "+7", "7, 7", "7 ", " 7", "0x7", "7.0", "18446744073709551616"})
    CHECK_MESSAGE(status_of({length}, {}) == 400, length);
  CHECK(status_of({"7", "7"}, {}) == 400);
  CHECK(status_of({"7", "2"}, {}) == 400);
  CHECK(status_of({"7"}, {"chunked"}) == 400);
  CHECK(status_of({"0"}, {"identity"}) == 400);
  for (const char* coding : {"gzip", "identity", "", "xchunked", "chunked;q=1", "chunked, gzip", "chunked,"})
    CHECK_MESSAGE(status_of({}, {coding}) == 400, coding);
  CHECK(status_of({}, {"chunked", "gzip"}) == 400);
}

TEST_CASE("transfer codings other than chunked are not implemented") {
  for (const char* coding : {"gzip, chunked", "chunked, chunked", "gzip,\tChunked"})
    CHECK_MESSAGE(status_of({}, {coding}) == 501, coding);
  CHECK(status_of({}, {"chunked", "chunked"}) == 501);
}
