#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace farehook {

/// What happened to a booking or an item, which no body says. BookingMemory tells it by the facts that a body
/// has, and by what was last seen of the same booking.
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

/// A record's event for people: without "booking.".
std::string_view short_name(std::string_view event);

/// The event of that name, with or without "booking." before it, or nothing.
std::optional<Event> event_named(std::string_view name);

/// All of them, without "booking.".
std::vector<std::string_view> event_names();

}  // namespace farehook
