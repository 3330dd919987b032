#pragma once

#include "booking/event.hpp"
#include "booking/facts.hpp"
#include "delivery/journal.hpp"
#include "delivery/timestamp.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace farehook {

/// What was last seen of each booking. Memory grows with bookings, not with bytes: about 120 bytes for each,
/// and at most max_bookings, of which the one met first is forgotten first. Of the bodies it keeps only where
/// in a journal they stand, and those that stand in none up to max_kept_bytes, the latest. Not for more than
/// one thread.
class BookingMemory {
 public:
  static constexpr size_t max_bookings = 1'000'000;
  static constexpr size_t max_kept_bytes = size_t{16} << 20;

  /// Reads a body back from where it stands; nothing if it is not there any more.
  using Fetch = std::function<std::optional<std::string>(const Place&)>;

  explicit BookingMemory(Fetch fetch = {}) : fetch_(std::move(fetch)) {}

  /// What happened, if these facts come now.
  Event event(const Facts& facts) const;
  /// JSON Pointers of what would then differ from the booking's last body; nothing if none was seen, or it is
  /// not to be had any more.
  std::optional<std::vector<std::string>> changed(const Facts& facts, const std::string& body) const;

  /// One thing that was remembered, and what was before it.
  class Trace;
  /// Notes that the facts came at that moment.
  Trace remember(const Facts& facts, Timestamp moment);
  /// The body that the facts were of is this, or stands there.
  void keep(const Trace& trace, std::shared_ptr<const std::string> body);
  void keep(const Trace& trace, const Place& place);
  /// Takes back what was remembered, if nothing of the booking has come since then.
  void restore(Trace trace);

  /// Notes what a record tells, but where a later one is known. Without a moment, which a wrong clock has
  /// told, it is as late as what was noted before it.
  void recall(const Facts& facts, std::optional<Timestamp> moment, const Place& place);

 private:
  enum class Status : uint8_t { booked, cancelled, rebooked, other };
  struct Seen {
    uint64_t contact_digest = 0, content_digest = 0, text_digest = 0;
    Status status = Status::other;
    uint64_t number = 0;  ///< the Nth thing that was remembered
    Timestamp moment{};
    Place place{};
    std::shared_ptr<const std::string> body{};
    bool is_too_long = false;  ///< the body, to be compared, and is kept nowhere
  };
  struct Kept {
    uint64_t key;
    std::shared_ptr<const std::string> body;
  };

  static Status status_of(const Facts& facts);
  static Event first_event(const Facts& facts);
  std::optional<std::string> body_of(const Seen& last) const;
  Seen* find(const Trace& trace);

  const Fetch fetch_;
  std::unordered_map<uint64_t, Seen> seen_;  ///< by the uuid's hash
  std::deque<uint64_t> met_;                 ///< its keys in the order in which they were first met
  std::deque<Kept> kept_;                    ///< bodies that stand nowhere else, the oldest first
  size_t kept_bytes_ = 0;
  uint64_t remembered_ = 0;
};

class BookingMemory::Trace {
  friend class BookingMemory;
  uint64_t key_ = 0, number_ = 0;  ///< number 0: nothing was remembered
  std::optional<Seen> before_;
};

}  // namespace farehook
