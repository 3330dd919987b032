#include "http/random_bytes.hpp"

#include "delivery/error.hpp"

#include <openssl/rand.h>

namespace farehook {

std::string random_bytes(size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1)
    throw Error("random bytes: OpenSSL has none");
  return bytes;
}

}  // namespace farehook
