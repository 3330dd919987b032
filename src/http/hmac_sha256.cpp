#include "http/hmac_sha256.hpp"

#include "delivery/error.hpp"

#include <openssl/evp.h>
#include <openssl/params.h>

namespace farehook {

namespace {

using Context = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

[[noreturn]] void fail() { throw Error("HMAC-SHA-256: OpenSSL does not provide it"); }

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

HmacSha256::HmacSha256(std::string_view key) {
  EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  Context context(EVP_MAC_CTX_new(algorithm), EVP_MAC_CTX_free);
  EVP_MAC_free(algorithm);  // the context holds it too
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0),
                                   OSSL_PARAM_construct_end()};
  if (!context || EVP_MAC_init(context.get(), bytes_of(key), key.size(), parameters) != 1) fail();
  keyed_ = std::move(context);
}

std::array<unsigned char, 32> HmacSha256::operator()(std::string_view bytes) const {
  const Context context(EVP_MAC_CTX_dup(keyed_.get()), EVP_MAC_CTX_free);
  std::array<unsigned char, 32> digest{};
  size_t size = 0;
  if (!context || EVP_MAC_update(context.get(), bytes_of(bytes), bytes.size()) != 1 ||
      EVP_MAC_final(context.get(), digest.data(), &size, digest.size()) != 1 || size != digest.size())
    fail();
  return digest;
}

}  // namespace farehook
