#pragma once

#include "booking/event.hpp"
#include "cli/inputs.hpp"
#include "delivery/record.hpp"

#include <string>
#include <variant>

namespace farehook {

/// Makes records of what inputs hold: those of captures, and bare payloads as if FareHarbor had sent them
/// just now, one after the other.
class RecordSource {
 public:
  /// The record, or why the text is none. A whole file that is not a record is a payload, whatever its bytes;
  /// a line is one if it has a booking or an item. A payload's id is where it stands: "a.json", "b.jsonl:7";
  /// its event is told by the payloads before it.
  std::variant<Record, RecordFault> record_of(const InputText& text);

 private:
  BookingMemory bookings_;
};

}  // namespace farehook
