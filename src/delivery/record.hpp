#pragma once

#include "delivery/delivery.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace farehook {

/// What a body is to a reader of the record: any JSON, other text in UTF-8, or other bytes.
enum class BodyForm { json, text, bytes };

/// How a delivery fared at the app that a listener relays it to.
struct Relayed {
  std::chrono::microseconds duration{};
  std::string error;  ///< as of an Attempt; "": the app answered, and its status is the response's

  bool operator==(const Relayed&) const = default;
};

/// A delivery and what is known of it: one line of a journal.
struct Record {
  Delivery delivery;
  BodyForm body_form = BodyForm::json;
  std::string event;                        ///< booking.created and its like; "unknown"
  std::optional<std::string> booking;       ///< the booking's uuid
  std::optional<std::string> changed;       ///< JSON pointers of what is new in the body, as a JSON array
  int attempt = 1;                          ///< this is the Nth time that this very body came
  std::optional<std::string> duplicate_of;  ///< the id of the first of them
  std::optional<std::string> findings;      ///< what a check of the body found, as a JSON array
  bool redacted = false;                    ///< pseudonyms stand for what was private in the delivery
  int response_status = 200;                ///< what the sender is answered; 0: nothing
  std::optional<Relayed> relayed;           ///< with an app behind the listener

  bool operator==(const Record&) const = default;
};

/// Why a line is not a record, in a few words: "not JSON: ends inside a string", "`id` is not there".
struct RecordFault {
  std::string reason;
};

/// Whether what a sender proves himself with (authorization, proxy-authorization, cookie) stands in a line.
enum class Credentials { redact, keep };

/// The record as one JSON object and a line feed. A JSON body is spliced in as its own text, line breaks
/// between its tokens made spaces; whenever that is not the body byte for byte, the body stands as
/// `body_text` too. The caller answers for body_form: a body that is said to be JSON has been read as such.
std::string to_line(const Record& record, Credentials credentials = Credentials::redact);

/// The record that a line holds, its body's bytes as they were received. Keys it does not know are passed
/// over; what is missing keeps its default, but for `id`, `received_at` and the body, which must be there.
std::variant<Record, RecordFault> from_line(std::string_view line);

}  // namespace farehook
