#pragma once

#include "http/sender_options.hpp"
#include "http/tls_context.hpp"

#include <string>

namespace farehook {

/// What a client speaks TLS 1.2 and newer with. Throws Error where the file has no certificates.
TlsContext make_client_tls_context(const TlsTrust& trust);

/// For one connection to the host, a name or a numeric address, which the server's certificate has to be for.
/// Throws std::bad_alloc.
TlsSession connecting_session(SSL_CTX* context, const std::string& host);

/// Why a client's handshake failed, in words.
std::string client_handshake_failure(const SSL* session);

}  // namespace farehook
