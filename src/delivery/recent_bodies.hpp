#pragma once

#include "delivery/record.hpp"
#include "delivery/timestamp.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace farehook {

/// How long after a body the same body counts as another attempt at its delivery. FareHarbor retries at
/// 60 s intervals (documented until 2022), and the time that it waits for an answer is not known.
inline constexpr std::chrono::minutes retry_window{5};

/// FareHarbor sends no delivery id: a retry is known by its body only. Remembers the bodies of the last
/// retry_window, by hash, and at most `max_bodies` of them. Not for more than one thread.
class RecentBodies {
 public:
  static constexpr size_t max_bodies = 65536;

  struct Repetition {
    int attempt = 1;                          ///< 1 for a body that has not been seen
    std::optional<std::string> duplicate_of;  ///< the id of the first of them
    std::string retried_event;  ///< that one's event, if none of them has been accepted with a 2xx; else ""
  };

  /// What a body that comes now would be.
  Repetition repetition(std::string_view body_sha256, Timestamp moment) const;

  /// Notes that a body came, and how it was stored and answered.
  void remember(const Record& record);

 private:
  struct Seen {
    std::string first_id, first_event;
    int attempts = 0;
    bool is_accepted = false;
    Timestamp last;
  };
  struct Noted {
    uint64_t key;
    Timestamp at;
  };

  void forget_before(Timestamp moment);

  std::unordered_map<uint64_t, Seen> seen_;
  std::deque<Noted> noted_;  ///< in the order of arrival, what leaves first at the front
};

}  // namespace farehook
