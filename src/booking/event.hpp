#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

// A body never says what happened: what it is about is read off its shape and status, and what is new in it
// off what was last seen of the same booking.

namespace farehook {

enum class Event {
  booking_created,
  booking_updated,
  booking_contact_updated,
  booking_rebooked,
  booking_cancelled,
  booking_repeated,
  item_updated,
  unknown
};

/// The event's name in a record: "booking.created", "item.updated", "unknown".
std::string_view to_string(Event event);

/// The event of that name, with or without "booking." before it, or nothing.
std::optional<Event> event_named(std::string_view name);

/// What a body says of itself, read in one pass. Digests are of the JSON values, not of their text: key
/// order and escapes make no difference. They hold within one run of the program only.
struct Facts {
  enum class Shape { not_json, booking, item, other };

  Shape shape = Shape::not_json;
  std::string uuid;    ///< the booking's identity; a booking without one has shape `other`
  std::string status;  ///< booked, cancelled, rebooked
  bool is_from_rebooking = false;
  std::string display_id;       ///< "#351048276", for people
  std::string total;            ///< receipt_total_display, as sent
  std::string currency;         ///< the company's, as sent: usd
  uint64_t contact_digest = 0;  ///< of booking.contact
  uint64_t content_digest = 0;  ///< of the rest, without capacities and is_eligible_for_cancellation, which
                                ///< move without any change to the booking
};

Facts facts_of(std::string_view body);

/// What was last seen of each booking. Memory grows with bookings, not with bytes: about 100 bytes for each,
/// and at most max_bookings, of which the one met first is forgotten first. Not for more than one thread.
class BookingMemory {
 public:
  static constexpr size_t max_bookings = 1'000'000;

  /// What happened, if these facts come now.
  Event event(const Facts& facts) const;
  void remember(const Facts& facts);

 private:
  enum class Status : uint8_t { booked, cancelled, rebooked, other };
  struct Seen {
    uint64_t contact_digest;
    uint64_t content_digest;
    Status status;
  };

  static Status status_of(const Facts& facts);
  Event first_event(const Facts& facts) const;

  std::unordered_map<uint64_t, Seen> seen_;  ///< by the uuid's hash
  std::deque<uint64_t> met_;                 ///< its keys in the order in which they were first met
};

}  // namespace farehook
