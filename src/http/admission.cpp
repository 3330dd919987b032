#include "http/admission.hpp"

#include "delivery/base64.hpp"
#include "delivery/hex_digit.hpp"
#include "delivery/letter_case.hpp"
#include "http/sha256.hpp"

#include <openssl/crypto.h>

#include <algorithm>

namespace farehook {

namespace {

/// RFC 3986, 2.1; a plus sign is itself.
std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_escape =
        text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    decoded += is_escape ? static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])) : text[i];
    if (is_escape) i += 2;
  }
  return decoded;
}

struct RawParameter {
  std::string_view name, value;  ///< as they came
};

/// "a=1&b" as it stands there.
std::vector<RawParameter> parameters_of(std::string_view query) {
  std::vector<RawParameter> parameters;
  for (bool is_last = query.empty(); !is_last;) {
    const std::string_view each = query.substr(0, query.find('&'));
    is_last = each.size() == query.size();
    query.remove_prefix(is_last ? each.size() : each.size() + 1);
    const size_t equals = std::min(each.find('='), each.size());
    parameters.push_back({each.substr(0, equals), each.substr(std::min(equals + 1, each.size()))});
  }
  return parameters;
}

bool is_same(const std::string& digest, const std::string& other) {
  return digest.size() == other.size() && CRYPTO_memcmp(digest.data(), other.data(), digest.size()) == 0;
}

}  // namespace

Admission::Admission(const std::string& target, const std::string& credentials)
    : target_(target), path_(target.substr(0, target.find('?'))) {
  if (path_.size() < target.size()) query_ = target.substr(path_.size() + 1);
  if (!path_.empty()) path_digest_ = sha256(path_);
  if (!credentials.empty()) credentials_digest_ = sha256(credentials);
  for (const RawParameter& each : parameters_of(query_))
    required_.push_back({percent_decoded(each.name), sha256(percent_decoded(each.value))});
}

std::optional<Refusal> Admission::refusal(const Delivery& request) const {
  if (request.method != "POST") return Refusal{405, "webhooks come by POST", {{"Allow", "POST"}}};
  if (!has_place(request)) return Refusal{404, "no webhooks are taken at this path"};
  if (!has_credentials(request))
    return Refusal{401,
                   "user and password are missing or wrong",
                   {{"WWW-Authenticate", R"(Basic realm="farehook", charset="UTF-8")"}}};
  return std::nullopt;
}

std::string Admission::shown_target() const {
  if (target_.empty()) return "/";
  return query_.empty() ? path_ : path_ + "?" + shown_query(query_);
}

std::string Admission::shown_query(const std::string& query) const {
  if (required_.empty()) return query;
  std::string shown;
  for (const RawParameter& each : parameters_of(query)) {
    if (each.name.data() != query.data()) shown += '&';
    const std::string name = percent_decoded(each.name);
    const bool is_secret =
        std::ranges::any_of(required_, [&](const Parameter& required) { return required.name == name; });
    shown += each.name;
    // The parameter as it came, its equals sign included or not.
    if (is_secret)
      shown += "=[redacted]";
    else
      shown.append(each.name.end(), each.value.end());
  }
  return shown;
}

/// Every part is compared, whatever the others say.
bool Admission::has_place(const Delivery& delivery) const {
  bool fits = path_digest_.empty() || is_same(sha256(delivery.path), path_digest_);
  if (required_.empty()) return fits;
  const std::vector<RawParameter> given = parameters_of(delivery.query);
  for (const Parameter& required : required_) {
    bool is_there = false;
    for (const RawParameter& each : given)
      if (percent_decoded(each.name) == required.name)
        is_there |= is_same(sha256(percent_decoded(each.value)), required.digest);
    fits = fits && is_there;
  }
  return fits;
}

/// RFC 7617.
bool Admission::has_credentials(const Delivery& delivery) const {
  if (credentials_digest_.empty()) return true;
  const auto field = std::ranges::find_if(
      delivery.headers, [](const Header& header) { return header.name == "authorization"; });
  if (field == delivery.headers.end()) return false;
  const std::string_view value = field->value;
  constexpr std::string_view scheme = "basic ";
  if (lower_case(value.substr(0, scheme.size())) != scheme) return false;
  const size_t begin = value.find_first_not_of(' ', scheme.size());
  if (begin == std::string_view::npos) return false;
  const auto given = from_base64(value.substr(begin));
  return given && is_same(sha256(*given), credentials_digest_);
}

}  // namespace farehook
