#include "cli/delivery_memory.hpp"

#include "booking/event.hpp"
#include "delivery/json_string.hpp"

namespace farehook {

namespace {

/// JSON Pointers as a JSON array.
std::string json_of(const std::vector<std::string>& pointers) {
  std::string array = "[";
  for (const std::string& each : pointers) {
    if (array.size() > 1) array += ',';
    append_quoted(array, each);
  }
  return array + ']';
}

}  // namespace

DeliveryMemory::Trace DeliveryMemory::note(Record& record, const Facts& facts) {
  const Timestamp moment = record.delivery.received_at;
  const auto repetition = recent_bodies_.repetition(record.delivery.body_sha256, moment);
  record.attempt = repetition.attempt;
  record.duplicate_of = repetition.duplicate_of;
  if (facts.shape == Facts::Shape::booking) record.booking = facts.uuid;
  // What is tried again has happened once only: a retry of what was not accepted is the same event.
  if (repetition.is_retry) {
    record.event = repetition.first_event;
    record.changed = repetition.first_changed;
  } else {
    record.event = to_string(bookings_.event(facts));
    if (const auto changed = bookings_.changed(facts, record.delivery.body))
      record.changed = json_of(*changed);
  }
  Trace trace = bookings_.remember(facts, moment);
  record.response_status = 0;
  recent_bodies_.remember(record);
  return trace;
}

void DeliveryMemory::forget(Trace trace, const Record& record) {
  bookings_.restore(std::move(trace));
  recent_bodies_.forget(record);
}

void DeliveryMemory::recall(const Record& record, const Facts& facts, const Place& place) {
  const Timestamp moment = record.delivery.received_at;
  // A clock was far ahead: all that came since would be older, and beyond the retry window.
  const bool is_ahead = moment > now() + retry_window;
  bookings_.recall(facts, is_ahead ? std::nullopt : std::optional(moment), place);
  if (!is_ahead) recent_bodies_.remember(record);
}

}  // namespace farehook
