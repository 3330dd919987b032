#include "booking/event.hpp"

namespace farehook {

std::string_view to_string(Event event) {
  switch (event) {
    case Event::booking_created:
      return "booking.created";
    case Event::booking_updated:
      return "booking.updated";
    case Event::booking_contact_updated:
      return "booking.contact_updated";
    case Event::booking_rebooked:
      return "booking.rebooked";
    case Event::booking_cancelled:
      return "booking.cancelled";
    case Event::booking_repeated:
      return "booking.repeated";
    case Event::item_updated:
      return "item.updated";
    case Event::unknown:
      break;
  }
  return "unknown";
}

std::string_view short_name(std::string_view event) {
  constexpr std::string_view prefix = "booking.";
  return event.starts_with(prefix) ? event.substr(prefix.size()) : event;
}

std::optional<Event> event_named(std::string_view name) {
  for (int each = 0; each <= static_cast<int>(Event::unknown); ++each) {
    const auto event = static_cast<Event>(each);
    if (to_string(event) == name || short_name(to_string(event)) == name) return event;
  }
  return std::nullopt;
}

std::vector<std::string_view> event_names() {
  std::vector<std::string_view> names;
  for (int each = 0; each <= static_cast<int>(Event::unknown); ++each)
    names.push_back(short_name(to_string(static_cast<Event>(each))));
  return names;
}

}  // namespace farehook
