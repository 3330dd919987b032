#pragma once

#include "booking/booking_memory.hpp"
#include "booking/facts.hpp"
#include "cli/inputs.hpp"
#include "delivery/record.hpp"

#include <variant>

namespace farehook {

/// What a body of these facts is to a reader of its record.
BodyForm body_form_of(std::string_view body, const Facts& facts);

/// What an input holds.
struct FoundRecord {
  Record record;
  bool is_payload = false;  ///< bare, that is: nobody has received it
};

/// Whether a delivery has the path that it was asked for at: a bare payload has none, nor has the record that
/// an earlier run made of it.
bool has_own_path(const Delivery& delivery);

/// Makes records of what inputs hold: those of captures, requests of HARs, and bare payloads as if FareHarbor
/// had sent them just now, one after the other.
class RecordSource {
 public:
  /// The record, or why the text is none. A whole file that is not a record is a payload, whatever its bytes;
  /// a line is one if it has a booking or an item. A payload's id is where it stands: "a.json", "b.jsonl:7",
  /// as UTF-8; its event is told by the payloads before it. So it is with an entry of a HAR, whose id is
  /// "c.har#3".
  std::variant<FoundRecord, RecordFault> record_of(const InputText& text);

  /// What is known of a record by its body, told anew when the body is another than `before`: what has
  /// changed and what was found are not known any more, the event only where identity and status are the
  /// same.
  void know_edited(Record& record, const Facts& before);

 private:
  std::variant<FoundRecord, RecordFault> record_of_har(const InputText& text);
  void know(Record& record, const Facts& facts);

  BookingMemory bookings_;
};

}  // namespace farehook
