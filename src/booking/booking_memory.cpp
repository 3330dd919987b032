#include "booking/booking_memory.hpp"

#include "booking/difference.hpp"
#include "booking/value_digest.hpp"

#include <algorithm>
#include <iterator>

namespace farehook {

Event BookingMemory::event(const Facts& facts) const {
  if (facts.shape == Facts::Shape::item) return Event::item_updated;
  if (facts.shape != Facts::Shape::booking) return Event::unknown;
  const auto found = seen_.find(hash(facts.uuid));
  if (found == seen_.end()) return first_event(facts);
  const Seen& last = found->second;
  if (last.status != status_of(facts)) {
    if (status_of(facts) == Status::cancelled) return Event::booking_cancelled;
    if (status_of(facts) == Status::rebooked) return Event::booking_rebooked;
    return Event::booking_updated;
  }
  if (last.content_digest != facts.content_digest) return Event::booking_updated;
  if (last.contact_digest != facts.contact_digest) return Event::booking_contact_updated;
  return Event::booking_repeated;
}

std::optional<std::vector<std::string>> BookingMemory::changed(const Facts& facts,
                                                               const std::string& body) const {
  if (facts.shape != Facts::Shape::booking) return std::nullopt;
  const auto found = seen_.find(hash(facts.uuid));
  if (found == seen_.end()) return std::nullopt;
  if (found->second.text_digest == facts.text_digest) return std::vector<std::string>{};
  if (found->second.is_too_long) return std::vector<std::string>{""};
  const auto last = body_of(found->second);
  if (!last) return std::nullopt;
  return differences(*last, body);
}

/// What stands at its place may be something else by now: the file is not ours alone.
std::optional<std::string> BookingMemory::body_of(const Seen& last) const {
  if (last.body) return *last.body;
  auto body = fetch_ ? fetch_(last.place) : std::nullopt;
  if (!body || hash(*body) != last.text_digest) return std::nullopt;
  return body;
}

BookingMemory::Trace BookingMemory::remember(const Facts& facts, Timestamp moment) {
  Trace trace;
  if (facts.shape != Facts::Shape::booking) return trace;
  trace.key_ = hash(facts.uuid);
  trace.number_ = ++remembered_;
  const auto [entry, is_new] = seen_.try_emplace(trace.key_);
  Seen& seen = entry->second;
  if (!is_new) trace.before_ = std::move(seen);
  seen = {.contact_digest = facts.contact_digest,
          .content_digest = facts.content_digest,
          .text_digest = facts.text_digest,
          .status = status_of(facts),
          .number = trace.number_,
          .moment = moment};
  if (is_new) met_.push_back(trace.key_);
  if (met_.size() > max_bookings) {
    seen_.erase(met_.front());
    met_.pop_front();
  }
  return trace;
}

void BookingMemory::recall(const Facts& facts, std::optional<Timestamp> moment, const Place& place) {
  const auto found = seen_.find(hash(facts.uuid));
  const Timestamp before = found == seen_.end() ? Timestamp{} : found->second.moment;
  if (!moment || before <= *moment) keep(remember(facts, moment.value_or(before)), place);
}

/// What the trace is of, if it is the last that was remembered of its booking.
BookingMemory::Seen* BookingMemory::find(const Trace& trace) {
  const auto found = seen_.find(trace.key_);
  return found == seen_.end() || found->second.number != trace.number_ ? nullptr : &found->second;
}

void BookingMemory::keep(const Trace& trace, std::shared_ptr<const std::string> body) {
  Seen* const seen = find(trace);
  if (seen == nullptr) return;
  seen->is_too_long = body->size() > max_compared_bytes;
  if (seen->is_too_long) return;
  kept_bytes_ += body->size();
  kept_.push_back({trace.key_, body});
  seen->body = std::move(body);
  for (; kept_bytes_ > max_kept_bytes; kept_.pop_front()) {
    const Kept& oldest = kept_.front();
    const auto found = seen_.find(oldest.key);
    if (found != seen_.end() && found->second.body == oldest.body) found->second.body.reset();
    kept_bytes_ -= oldest.body->size();
  }
}

void BookingMemory::keep(const Trace& trace, const Place& place) {
  Seen* const seen = find(trace);
  if (seen == nullptr) return;
  seen->place = place;
  seen->body.reset();
}

void BookingMemory::restore(Trace trace) {
  Seen* const seen = find(trace);
  if (seen == nullptr) return;
  if (trace.before_) {
    *seen = std::move(*trace.before_);
  } else {
    seen_.erase(trace.key_);
    // What is taken back came lately.
    const auto place = std::find(met_.rbegin(), met_.rend(), trace.key_);
    if (place != met_.rend()) met_.erase(std::next(place).base());
  }
}

BookingMemory::Status BookingMemory::status_of(const Facts& facts) {
  if (facts.status == "booked") return Status::booked;
  if (facts.status == "cancelled") return Status::cancelled;
  if (facts.status == "rebooked") return Status::rebooked;
  return Status::other;
}

Event BookingMemory::first_event(const Facts& facts) {
  switch (status_of(facts)) {
    case Status::booked:
      return facts.is_from_rebooking ? Event::booking_rebooked : Event::booking_created;
    case Status::cancelled:
      return Event::booking_cancelled;
    case Status::rebooked:
      return Event::booking_rebooked;
    case Status::other:
      break;
  }
  return Event::booking_updated;
}

}  // namespace farehook
