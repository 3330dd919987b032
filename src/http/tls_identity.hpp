#pragma once

#include <openssl/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace farehook {

struct OpensslDeleter {
  void operator()(X509* certificate) const;
  void operator()(EVP_PKEY* key) const;
};

/// What a TLS server shows and proves itself with.
struct TlsIdentity {
  std::string name;  ///< what to call it in an Error: the file it came from
  std::unique_ptr<X509, OpensslDeleter> certificate;
  std::vector<std::unique_ptr<X509, OpensslDeleter>> chain;  ///< of the authorities between it and a root
  std::unique_ptr<EVP_PKEY, OpensslDeleter> key;
};

/// Reads PEM files: the server's own certificate and behind it those of the authorities in between; its
/// private key, without a password. Both may be one file. Throws Error, also if the two don't belong
/// together.
TlsIdentity read_tls_identity(const std::string& certificate_file, const std::string& key_file);

/// A new key (P-256) and a certificate signed by it, for 90 days, for the host, localhost with its addresses,
/// and this machine's name. Nothing of it is written anywhere. Throws Error.
TlsIdentity self_signed_tls_identity(const std::string& host);

/// The certificate's SHA-256 as `openssl x509 -fingerprint` writes it: "AB:CD:...".
std::string fingerprint(const TlsIdentity& identity);

/// Which certificate has expired or is not yet valid, for a line to people; nothing if all hold now.
std::optional<std::string> validity_complaint(const TlsIdentity& identity);

}  // namespace farehook
