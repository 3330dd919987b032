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
  static constexpr size_t max_changed_bytes = 512;  ///< of a longer list of changes a retry tells nothing

  struct Repetition {
    int attempt = 1;                          ///< 1 for a body that has not been seen
    std::optional<std::string> duplicate_of;  ///< the id of the first of them
    /// Whether none of them has been accepted with a 2xx: what is tried again is the first one's event, and
    /// has changed the same.
    bool is_retry = false;
    std::string first_event;
    std::optional<std::string> first_changed;
  };

  /// What a body that comes now would be.
  Repetition repetition(std::string_view body_sha256, Timestamp moment) const;

  /// Notes that a body came, and how it was answered: a record's attempt and duplicate_of are its own.
  void remember(const Record& record);
  /// The record that was remembered is answered by now: as it says.
  void answered(const Record& record);
  /// It was answered as the record says, and is not stored: its sender was told otherwise.
  void refused(const Record& record);
  /// Takes back that it came.
  void forget(const Record& record);

 private:
  struct Seen {
    std::string first_id, first_event;
    std::optional<std::string> first_changed;  ///< up to max_changed_bytes, until one is accepted
    int attempts = 0;
    bool is_accepted = false;
    Timestamp last;
  };
  struct Noted {
    uint64_t key;
    Timestamp at;
  };

  static std::optional<std::string> short_changes(const Record& record);
  void forget_before(Timestamp moment);

  std::unordered_map<uint64_t, Seen> seen_;
  std::deque<Noted> noted_;  ///< in the order of arrival, what leaves first at the front
};

}  // namespace farehook
