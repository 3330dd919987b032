#pragma once

#include "booking/event.hpp"
#include "delivery/record.hpp"
#include "delivery/timestamp.hpp"

#include <optional>
#include <set>
#include <string>

namespace farehook {

/// Which records are meant. What is not set selects all.
struct Selection {
  std::set<std::string> events;        ///< as records name them: "booking.created"
  std::optional<std::string> booking;  ///< a uuid, a pk, or a display_id such as #351048276
  std::optional<std::string> id;       ///< of the record
  std::optional<Timestamp> since;      ///< received then or later
  std::optional<Timestamp> until;      ///< received before

  bool selects(const Record& record) const;
};

/// "created,cancelled" as events, or nothing if one of them is none.
std::optional<std::set<std::string>> parse_events(std::string_view names);

}  // namespace farehook
