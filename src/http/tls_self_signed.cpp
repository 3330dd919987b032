#include "delivery/error.hpp"
#include "http/tls_identity.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <unistd.h>

#include <algorithm>

namespace farehook {

namespace {

constexpr long clock_difference_seconds = 3600;  ///< a client's clock may be behind ours
constexpr long validity_seconds = 90L * 24 * 3600;

void expect(bool works) {
  if (!works) throw Error("--tls-self-signed: OpenSSL makes no certificate");
}

std::string machine_name() {
  char name[256] = "";
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

std::vector<std::string> names_for(const std::string& host) {
  std::vector<std::string> names{host};
  for (const std::string& name :
       {std::string("localhost"), std::string("127.0.0.1"), std::string("::1"), machine_name()})
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
  return names;
}

/// An address where it is one, else a DNS name.
GENERAL_NAME* general_name(const std::string& text) {
  GENERAL_NAME* const name = GENERAL_NAME_new();
  expect(name != nullptr);
  if (ASN1_OCTET_STRING* const address = a2i_IPADDRESS(text.c_str())) {
    GENERAL_NAME_set0_value(name, GEN_IPADD, address);
  } else {
    ASN1_IA5STRING* const dns = ASN1_IA5STRING_new();
    expect(dns != nullptr && ASN1_STRING_set(dns, text.data(), static_cast<int>(text.size())) == 1);
    GENERAL_NAME_set0_value(name, GEN_DNS, dns);
  }
  return name;
}

void add_names(X509* certificate, const std::string& host) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(sk_GENERAL_NAME_new_null(),
                                                                            GENERAL_NAMES_free);
  for (const std::string& name : names_for(host))
    expect(sk_GENERAL_NAME_push(names.get(), general_name(name)) > 0);
  expect(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1);
}

void add_uses(X509* certificate) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const struct {
    int id;
    const char* value;
  } extensions[] = {{NID_basic_constraints, "critical,CA:FALSE"},
                    {NID_key_usage, "critical,digitalSignature"},
                    {NID_ext_key_usage, "serverAuth"},
                    {NID_subject_key_identifier, "hash"}};
  for (const auto& [id, value] : extensions) {
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, id, value), X509_EXTENSION_free);
    expect(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
  }
}

/// A number that no other certificate of this name has: browsers refuse a second one.
void set_serial(X509* certificate) {
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(BN_new(), BN_free);
  expect(number && BN_rand(number.get(), 126, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

}  // namespace

TlsIdentity self_signed_tls_identity(const std::string& host) {
  TlsIdentity identity;
  identity.name = "--tls-self-signed";
  identity.key.reset(EVP_EC_gen("P-256"));
  identity.certificate.reset(X509_new());
  X509* const certificate = identity.certificate.get();
  expect(identity.key && certificate != nullptr && X509_set_version(certificate, X509_VERSION_3) == 1);
  set_serial(certificate);
  X509_NAME* const name = X509_get_subject_name(certificate);
  const auto* const common_name = reinterpret_cast<const unsigned char*>("farehook (self-signed)");
  expect(X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, common_name, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), -clock_difference_seconds) != nullptr &&
         X509_gmtime_adj(X509_getm_notAfter(certificate), validity_seconds) != nullptr &&
         X509_set_pubkey(certificate, identity.key.get()) == 1);
  add_names(certificate, host);
  add_uses(certificate);
  expect(X509_sign(certificate, identity.key.get(), EVP_sha256()) > 0);
  ERR_clear_error();
  return identity;
}

}  // namespace farehook
