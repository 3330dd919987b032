#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

// What stands for private values: made from the value by a keyed hash, so that the same value always has the
// same pseudonym, and nobody without the key can find the value by trying. The same value has unrelated
// pseudonyms as a name, an e-mail address and so on. Values and pseudonyms are plain text, not JSON; none is
// empty.

namespace farehook {

/// A hash that only the holder of a key can compute, such as HMAC-SHA-256: 32 bytes. Safe from any number of
/// threads.
using KeyedHash = std::function<std::array<unsigned char, 32>(std::string_view)>;

class Pseudonyms {
 public:
  explicit Pseudonyms(KeyedHash hash) : hash_(std::move(hash)) {}

  /// "redacted-7f3a9c21d0e4".
  std::string text(std::string_view value) const;
  /// "Guest 7f3a9c21d0e4", for the role "Guest". The same name has unrelated ones in other roles.
  std::string name(std::string_view role, std::string_view value) const;
  /// "guest-7f3a9c21d0e4@redacted.invalid", whatever the address's letter case. Mail to .invalid can't be
  /// delivered (RFC 2606, 2).
  std::string email(std::string_view value) const;
  /// "+9992847103956" of the digits. No country has the code 999 (ITU-T E.164).
  std::string phone(std::string_view value) const;
  /// A version 4 UUID, in upper case where the value is. What is no UUID becomes a text.
  std::string uuid(std::string_view value) const;
  /// "key_7f3a9c21d0e4", for a member of an object.
  std::string key(std::string_view value) const;
  /// Letters and digits, as many as the value has bytes, or 12 if it has more than 64.
  std::string code(std::string_view value) const;
  /// As many digits. Under one salt no two values of up to nine digits have the same; what they are under
  /// another says nothing of them.
  std::string digits(std::string_view value, std::string_view salt) const;
  /// A JSON number of the same form and length: sign, point and exponent stand where they stood.
  std::string number(std::string_view json, std::string_view salt) const;
  /// Of FareHarbor's URLs only what is private becomes another: uuids, codes, ids of contacts. Any other is a
  /// foreign one. What is no absolute URL becomes a text.
  std::string url(std::string_view value) const;
  /// "https://redacted.invalid/7f3a9c21d0e4".
  std::string foreign_url(std::string_view value) const;

  /// A number that depends on the salt only.
  uint64_t draw(std::string_view salt) const;

 private:
  using Digest = KeyedHash::result_type;

  Digest digest(std::string_view domain, std::string_view value) const;
  std::string hex(std::string_view domain, std::string_view value) const;
  std::string many_digits(std::string_view value, std::string_view salt) const;
  std::string whole_number(std::string_view value, std::string_view salt) const;
  std::string path(std::string_view rest, bool is_short) const;

  KeyedHash hash_;
};

/// 8-4-4-4-12 hexadecimal digits, in whatever case.
bool is_uuid(std::string_view text);

}  // namespace farehook
