#pragma once

#include "booking/finder.hpp"
#include "booking/payload_type.hpp"
#include "delivery/json_tree.hpp"

#include <optional>
#include <string_view>

namespace farehook {

/// Checks whether texts are what FareHarbor sends. Its memory grows with the longest text, and is used again
/// for the next. Not for more than one thread.
class Validator {
 public:
  /// Without a type each payload is taken for what it looks like (payload_type_of()).
  explicit Validator(std::optional<PayloadType> type) : type_(type) {}

  /// What is found in a text that is to be one payload, or one record of a journal, whose body it is about
  /// then. Offsets count from the text's beginning.
  Findings check(std::string_view text) { return check(text, Expected::payload_or_record); }

  /// The same of what a sender has sent, which is no record, whatever it looks like.
  Findings check_body(std::string_view body) { return check(body, Expected::payload); }

  /// The same of the body of a request in a HAR; the text is its entry (delivery/har).
  Findings check_har_entry(std::string_view entry) const;

 private:
  enum class Expected { payload_or_record, payload };

  Findings check(std::string_view text, Expected expected);
  void check_record(const JsonNode& record, const char* text_begin, const Gaps& gaps,
                    Findings& findings) const;
  void check_encoded(std::string_view body, size_t offset, size_t length, Findings& findings) const;
  void check_payload(const JsonNode& payload, const char* text_begin, const Gaps& gaps,
                     Findings& findings) const;

  const std::optional<PayloadType> type_;
  JsonTree tree_;
};

}  // namespace farehook
