#pragma once

#include "delivery/delivery.hpp"
#include "http/refusal.hpp"

#include <optional>
#include <string>
#include <vector>

namespace farehook {

/// Who may deliver: who posts to the path, with the query and the credentials that were agreed on. What could
/// be a secret is compared by digest, which takes the same time for a near miss as for a wild guess.
class Admission {
 public:
  /// `target`: a path, and a query that requests must have: "/hook?key=S", whose values are secrets; empty:
  /// any path will do. `credentials`: user:password for HTTP Basic; empty: nobody is asked.
  Admission(const std::string& target, const std::string& credentials);

  /// Why a request is not wanted, of which only the head need have come.
  std::optional<Refusal> refusal(const Delivery& request) const;

  bool has_secret_query() const { return !required_.empty(); }

  /// The path and the query that has to be in a request.
  const std::string& target() const { return target_; }
  /// The same for people, and any query of a request: what is secret reads [redacted].
  std::string shown_target() const;
  std::string shown_query(const std::string& query) const;

 private:
  struct Parameter {
    std::string name;  ///< percent-decoded, as is what the digest is of
    std::string digest;
  };

  bool has_place(const Delivery& delivery) const;
  bool has_credentials(const Delivery& delivery) const;

  std::string target_, path_, query_;
  std::string path_digest_, credentials_digest_;  ///< empty: nothing is required
  std::vector<Parameter> required_;
};

}  // namespace farehook
