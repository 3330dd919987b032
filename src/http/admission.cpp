#include "http/admission.hpp"

#include "delivery/base64.hpp"
#include "delivery/letter_case.hpp"
#include "delivery/query.hpp"
#include "http/sha256.hpp"

#include <openssl/crypto.h>

#include <algorithm>

namespace farehook {

namespace {

bool is_same(const std::string& digest, const std::string& other) {
  return digest.size() == other.size() && CRYPTO_memcmp(digest.data(), other.data(), digest.size()) == 0;
}

}  // namespace

Admission::Admission(const std::string& target, const std::string& credentials)
    : target_(target), path_(target.substr(0, target.find('?'))) {
  if (path_.size() < target.size()) query_ = target.substr(path_.size() + 1);
  if (!path_.empty()) path_digest_ = sha256(path_);
  if (!credentials.empty()) credentials_digest_ = sha256(credentials);
  for (const QueryParameter& each : parameters_of(query_))
    required_.push_back({percent_decoded(each.name()), sha256(percent_decoded(each.value()))});
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
  for (const QueryParameter& each : parameters_of(query)) {
    if (each.text.data() != query.data()) shown += '&';
    const std::string name = percent_decoded(each.name());
    const bool is_secret =
        std::ranges::any_of(required_, [&](const Parameter& required) { return required.name == name; });
    if (is_secret)
      shown.append(each.name()).append("=[redacted]");
    else
      shown += each.text;
  }
  return shown;
}

/// Every part is compared, whatever the others say.
bool Admission::has_place(const Delivery& delivery) const {
  bool fits = path_digest_.empty() || is_same(sha256(delivery.path), path_digest_);
  if (required_.empty()) return fits;
  const std::vector<QueryParameter> given = parameters_of(delivery.query);
  for (const Parameter& required : required_) {
    bool is_there = false;
    for (const QueryParameter& each : given)
      if (percent_decoded(each.name()) == required.name)
        is_there |= is_same(sha256(percent_decoded(each.value())), required.digest);
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
