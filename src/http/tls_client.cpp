#include "http/tls_client.hpp"

#include "delivery/error.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>

#include <new>

namespace farehook {

namespace {

bool is_address(const std::string& host) {
  in6_addr any{};
  return ::inet_pton(AF_INET, host.c_str(), &any) == 1 || ::inet_pton(AF_INET6, host.c_str(), &any) == 1;
}

}  // namespace

TlsContext make_client_tls_context(const TlsTrust& trust) {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) throw std::bad_alloc();
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  // What is written may be given in pieces, and from another place when it is tried again.
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (!trust.verifies_certificate) return context;
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (trust.ca_file.empty())
    SSL_CTX_set_default_verify_paths(context.get());
  else if (SSL_CTX_load_verify_file(context.get(), trust.ca_file.c_str()) != 1)
    throw Error(trust.ca_file + ": no certificates in it");
  return context;
}

TlsSession connecting_session(SSL_CTX* context, const std::string& host) {
  TlsSession session(SSL_new(context));
  if (!session) throw std::bad_alloc();
  X509_VERIFY_PARAM* const verification = SSL_get0_param(session.get());
  const bool is_set = is_address(host)
                          ? X509_VERIFY_PARAM_set1_ip_asc(verification, host.c_str()) == 1
                          : X509_VERIFY_PARAM_set1_host(verification, host.data(), host.size()) == 1 &&
                                SSL_set_tlsext_host_name(session.get(), host.c_str()) == 1;
  if (!is_set) throw std::bad_alloc();
  X509_VERIFY_PARAM_set_hostflags(verification, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_set_connect_state(session.get());
  return session;
}

std::string client_handshake_failure(const SSL* session) {
  const bool is_verified = (SSL_get_verify_mode(session) & SSL_VERIFY_PEER) != 0;
  switch (const long result = is_verified ? SSL_get_verify_result(session) : X509_V_OK) {
    case X509_V_OK:
      return "the handshake failed";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "the certificate is for another name";
    default:
      return X509_verify_cert_error_string(result);
  }
}

}  // namespace farehook
