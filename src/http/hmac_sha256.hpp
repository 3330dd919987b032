#pragma once

#include <array>
#include <memory>
#include <string_view>

struct evp_mac_ctx_st;

namespace farehook {

/// HMAC-SHA-256 (RFC 2104) under one key. Safe from any number of threads. Throws Error where OpenSSL does
/// not provide it.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);

  std::array<unsigned char, 32> operator()(std::string_view bytes) const;

 private:
  std::shared_ptr<const evp_mac_ctx_st> keyed_;  ///< has been told the key, and nothing else
};

}  // namespace farehook
