#pragma once

#include "booking/booking_memory.hpp"
#include "booking/facts.hpp"
#include "delivery/recent_bodies.hpp"
#include "delivery/record.hpp"

#include <memory>
#include <string>

namespace farehook {

/// What the deliveries before it make of a delivery: created or updated, and how, a first attempt or a later
/// one. Not for more than one thread.
class DeliveryMemory {
 public:
  using Trace = BookingMemory::Trace;

  explicit DeliveryMemory(BookingMemory::Fetch fetch = {}) : bookings_(std::move(fetch)) {}

  /// Fills in the record's booking, event, changed, attempt and duplicate_of, and notes that it came: with
  /// its id and time, and not answered yet.
  Trace note(Record& record, const Facts& facts);
  /// It is answered by now, as the record says.
  void answered(const Record& record) { recent_bodies_.answered(record); }
  /// It is not stored after all.
  void refused(const Record& record) { recent_bodies_.refused(record); }
  /// The body that was noted is this, or stands there.
  void keep(const Trace& trace, const std::string& body) {
    bookings_.keep(trace, std::make_shared<const std::string>(body));
  }
  void keep(const Trace& trace, const Place& place) { bookings_.keep(trace, place); }
  /// Takes back what was noted.
  void forget(Trace trace, const Record& record);

  /// Notes a record of an earlier run, which stands there.
  void recall(const Record& record, const Facts& facts, const Place& place);

 private:
  BookingMemory bookings_;
  RecentBodies recent_bodies_;
};

}  // namespace farehook
