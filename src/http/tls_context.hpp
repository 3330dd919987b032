#pragma once

#include "http/tls_identity.hpp"

#include <openssl/types.h>

#include <memory>
#include <string>

namespace farehook {

struct TlsContextDeleter {
  void operator()(SSL_CTX* context) const;
};
using TlsContext = std::unique_ptr<SSL_CTX, TlsContextDeleter>;

struct TlsSessionDeleter {
  void operator()(SSL* session) const;
};
using TlsSession = std::unique_ptr<SSL, TlsSessionDeleter>;

/// What a server speaks TLS 1.2 and newer with, as the identity. Throws Error.
TlsContext make_tls_context(const TlsIdentity& identity);
/// For one client; null where there is no context. Throws std::bad_alloc.
TlsSession accepting_session(SSL_CTX* context);

/// What became of a handshake, in words, from OpenSSL's error; 0 stands for a connection that was reset.
std::string handshake_failure(unsigned long error);

/// Whether the error is that the client speaks plain HTTP.
bool is_plain_http(unsigned long error);

}  // namespace farehook
