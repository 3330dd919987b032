#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace farehook {

/// What a body says of itself, read in one pass. The contact's and the content's digests are of the JSON
/// values, not of their text: key order and escapes make no difference. Digests hold within one run of the
/// program only.
struct Facts {
  enum class Shape { not_json, booking, item, other };

  Shape shape = Shape::not_json;
  std::string uuid;    ///< the booking's identity; a booking without one has shape `other`
  std::string status;  ///< booked, cancelled, rebooked
  bool is_from_rebooking = false;
  std::string display_id;       ///< "#351048276", for people
  std::string total;            ///< receipt_total_display, as sent
  std::string currency;         ///< the company's, as sent: usd
  int64_t customer_count = -1;  ///< as sent; -1: not there
  uint64_t text_digest = 0;     ///< of the body's bytes
  uint64_t contact_digest = 0;  ///< of booking.contact
  uint64_t content_digest = 0;  ///< of the rest, without capacities and is_eligible_for_cancellation, which
                                ///< move without any change to the booking
};

/// The facts of any bytes.
Facts facts_of(std::string_view body);

}  // namespace farehook
