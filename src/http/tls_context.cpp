#include "http/tls_context.hpp"

#include "delivery/error.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <new>

namespace farehook {

namespace {

bool is_about_certificate(int alert) {
  return alert == SSL_AD_UNKNOWN_CA ||
         (alert >= SSL_AD_BAD_CERTIFICATE && alert <= SSL_AD_CERTIFICATE_UNKNOWN);
}

bool set_up(SSL_CTX* context, const TlsIdentity& identity) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // The last: who has sent enough, or nothing in time, can still be answered.
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Tickets bring a client back without a cache here, which would grow with every client.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // The first: 34 KB less for a connection that says nothing. The others: what is written may be given in
  // pieces, and from another place when it is tried again.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (SSL_CTX_use_certificate(context, identity.certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, identity.key.get()) != 1)
    return false;
  for (const auto& authority : identity.chain)
    if (SSL_CTX_add1_chain_cert(context, authority.get()) != 1) return false;
  return true;
}

}  // namespace

void TlsContextDeleter::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
void TlsSessionDeleter::operator()(SSL* session) const { SSL_free(session); }

TlsContext make_tls_context(const TlsIdentity& identity) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  if (!context || !set_up(context.get(), identity)) {
    const char* const reason = ERR_reason_error_string(ERR_peek_error());
    throw Error(identity.name + ": OpenSSL does not serve with it" +
                (reason != nullptr ? std::string(" (") + reason + ")" : ""));
  }
  return context;
}

TlsSession accepting_session(SSL_CTX* context) {
  if (context == nullptr) return nullptr;
  TlsSession session(SSL_new(context));
  if (!session) throw std::bad_alloc();
  SSL_set_accept_state(session.get());
  return session;
}

std::string handshake_failure(unsigned long error) {
  const int reason = ERR_GET_REASON(error);
  if (error == 0 || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING)
    return "the client left in the middle of the TLS handshake";
  if (ERR_GET_LIB(error) == ERR_LIB_SSL && reason >= SSL_AD_REASON_OFFSET) {
    const int alert = reason - SSL_AD_REASON_OFFSET;
    return (is_about_certificate(alert) ? "the client does not accept the certificate ("
                                        : "the client broke the TLS handshake off (") +
           std::string(SSL_alert_desc_string_long(alert)) + ")";
  }
  switch (reason) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
      return "the client speaks no TLS 1.2 or newer";
    case SSL_R_WRONG_VERSION_NUMBER:
      return "what came is not TLS";
    case SSL_R_NO_SHARED_CIPHER:
      return "the client knows no cipher that would do";
    default:
      break;
  }
  const char* const text = ERR_reason_error_string(error);
  return std::string("the TLS handshake failed (") + (text != nullptr ? text : "no reason is given") + ")";
}

bool is_plain_http(unsigned long error) {
  const int reason = ERR_GET_REASON(error);
  return ERR_GET_LIB(error) == ERR_LIB_SSL &&
         (reason == SSL_R_HTTP_REQUEST || reason == SSL_R_HTTPS_PROXY_REQUEST);
}

}  // namespace farehook
