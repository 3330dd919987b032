#include "http/tls_identity.hpp"

#include "delivery/error.hpp"
#include "http/sha256.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cerrno>
#include <ctime>
#include <fstream>
#include <system_error>

namespace farehook {

void OpensslDeleter::operator()(X509* certificate) const { X509_free(certificate); }
void OpensslDeleter::operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }

namespace {

constexpr size_t max_file_bytes = size_t{1} << 20;
constexpr std::string_view certificate_label = "CERTIFICATE-----", key_label = "PRIVATE KEY-----";

std::string content_of(const std::string& path, const char* option) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(max_file_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (!file && !file.eof()))
    throw Error(path + ": " + std::generic_category().message(errno != 0 ? errno : EIO) + "; " + option +
                " takes a file (PEM)");
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > max_file_bytes) throw Error(path + ": too large for a certificate or key");
  return text;
}

bool holds(std::string_view text, std::string_view label) {
  return text.find(label) != std::string_view::npos;
}

std::string openssl_reason() {
  const char* const reason = ERR_reason_error_string(ERR_peek_error());
  return reason != nullptr ? reason : "damaged";
}

/// What stands in for a password: nothing. OpenSSL would ask for one at the terminal.
int no_password(char*, int, int, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return -1;
}

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio reader_of(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

void read_certificates(const std::string& text, TlsIdentity& into) {
  const std::string& file = into.name;
  if (!holds(text, certificate_label))
    throw Error(
        file +
        (holds(text, key_label)
             ? ": a private key, not a certificate; are --tls-cert and --tls-key swapped?"
             : ": no certificate in it; --tls-cert takes PEM, with lines -----BEGIN CERTIFICATE-----"));
  const Bio bio = reader_of(text);
  ERR_clear_error();
  bool was_asked = false;
  while (X509* const next = PEM_read_bio_X509(bio.get(), nullptr, no_password, &was_asked)) {
    if (into.certificate == nullptr)
      into.certificate.reset(next);
    else
      into.chain.emplace_back(next);
  }
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE || into.certificate == nullptr)
    throw Error(file + ": certificate " +
                std::to_string(into.chain.size() + (into.certificate == nullptr ? 1 : 2)) +
                " in it can't be read (" + openssl_reason() + ")");
  ERR_clear_error();
}

void read_key(const std::string& text, const std::string& file, TlsIdentity& into) {
  if (!holds(text, key_label))
    throw Error(
        file +
        (holds(text, certificate_label)
             ? ": a certificate, not a private key; are --tls-cert and --tls-key swapped?"
             : ": no private key in it; --tls-key takes PEM, with a line -----BEGIN PRIVATE KEY-----"));
  const Bio bio = reader_of(text);
  ERR_clear_error();
  bool was_asked = false;
  into.key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, &was_asked));
  if (was_asked)
    throw Error(file + ": the key has a password; farehook takes it without: openssl pkey -in " + file +
                " -out plain.pem");
  if (into.key == nullptr) throw Error(file + ": the key can't be read (" + openssl_reason() + ")");
}

void expect_that_they_fit(const TlsIdentity& identity, const std::string& key_file) {
  const auto fits = [&](X509* certificate) {
    return X509_check_private_key(certificate, identity.key.get()) == 1;
  };
  if (fits(identity.certificate.get())) return;
  for (const auto& other : identity.chain)
    if (fits(other.get()))
      throw Error(identity.name + ": the certificate of the key in " + key_file +
                  " has to be the first in it, those of authorities follow");
  throw Error(key_file + ": not the key of the certificate in " + identity.name);
}

std::string date_of(const ASN1_TIME* time) {
  std::tm parts{};
  char text[32] = "?";
  if (ASN1_TIME_to_tm(time, &parts) == 1) std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &parts);
  return text;
}

}  // namespace

TlsIdentity read_tls_identity(const std::string& certificate_file, const std::string& key_file) {
  TlsIdentity identity;
  identity.name = certificate_file;
  const std::string certificates = content_of(certificate_file, "--tls-cert");
  const std::string key = content_of(key_file, "--tls-key");
  read_certificates(certificates, identity);
  read_key(key, key_file, identity);
  expect_that_they_fit(identity, key_file);
  ERR_clear_error();
  return identity;
}

std::string fingerprint(const TlsIdentity& identity) {
  unsigned char* encoded = nullptr;
  const int size = i2d_X509(identity.certificate.get(), &encoded);
  if (size < 0) throw Error(identity.name + ": " + openssl_reason());
  const std::string digest = sha256({reinterpret_cast<const char*>(encoded), static_cast<size_t>(size)});
  OPENSSL_free(encoded);
  std::string text;
  for (size_t i = 0; i < digest.size(); ++i) {
    if (i > 0 && i % 2 == 0) text += ':';
    text += digest[i] >= 'a' ? static_cast<char>(digest[i] - 'a' + 'A') : digest[i];
  }
  return text;
}

std::optional<std::string> validity_complaint(const TlsIdentity& identity) {
  std::vector<const X509*> shown{identity.certificate.get()};
  for (const auto& authority : identity.chain) shown.push_back(authority.get());
  for (size_t i = 0; i < shown.size(); ++i) {
    const std::string which = i == 0 ? "the certificate" : "certificate " + std::to_string(i + 1) + " in it";
    const ASN1_TIME* const begin = X509_get0_notBefore(shown[i]);
    const ASN1_TIME* const end = X509_get0_notAfter(shown[i]);
    if (X509_cmp_current_time(end) < 0) return identity.name + ": " + which + " expired on " + date_of(end);
    if (X509_cmp_current_time(begin) > 0)
      return identity.name + ": " + which + " is not valid before " + date_of(begin);
  }
  return std::nullopt;
}

}  // namespace farehook
