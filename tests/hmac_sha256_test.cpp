#include "http/hmac_sha256.hpp"

#include "http/random_bytes.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace farehook;

namespace {

std::string hex(const std::array<unsigned char, 32>& digest) {
  std::string text;
  for (const unsigned char byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

}  // namespace

TEST_CASE("HMAC-SHA-256 gives the vectors of RFC 4231, again and again") {
  const HmacSha256 first(std::string(20, '\x0b')), second("Jefe"), sixth(std::string(131, '\xaa'));
  for (int time = 0; time < 2; ++time) {
    CHECK(hex(first("Hi There")) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(hex(second("what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hex(sixth("Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  }
  const HmacSha256 copy = second;
  CHECK(copy("x") == second("x"));
}

TEST_CASE("random bytes are as many as asked for, and never the same") {
  CHECK(random_bytes(32).size() == 32);
  CHECK(random_bytes(32) != random_bytes(32));
}
