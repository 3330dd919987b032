#include "delivery/recent_bodies.hpp"

#include <algorithm>
#include <charconv>

namespace farehook {

namespace {

/// 64 of the hash's 256 bits tell 65536 bodies apart well enough.
uint64_t key_of(std::string_view body_sha256) {
  uint64_t key = 0;
  std::from_chars(body_sha256.data(), body_sha256.data() + std::min<size_t>(16, body_sha256.size()), key, 16);
  return key;
}

}  // namespace

RecentBodies::Repetition RecentBodies::repetition(std::string_view body_sha256, Timestamp moment) const {
  const auto found = seen_.find(key_of(body_sha256));
  if (found == seen_.end() || moment - found->second.last > retry_window) return {};
  const Seen& seen = found->second;
  return {seen.attempts + 1, seen.first_id, !seen.is_accepted, seen.first_event, seen.first_changed};
}

void RecentBodies::remember(const Record& record) {
  const Timestamp moment = record.delivery.received_at;
  forget_before(moment - retry_window);
  const uint64_t key = key_of(record.delivery.body_sha256);
  Seen& seen = seen_[key];
  if (seen.attempts == 0 || moment - seen.last > retry_window) {
    seen = {record.duplicate_of.value_or(record.delivery.id),
            record.event,
            short_changes(record),
            record.attempt,
            false,
            moment};
  } else if (!record.duplicate_of && record.delivery.id != seen.first_id) {
    ++seen.attempts;  // another process, which has not seen ours, wrote it
  } else {
    seen.attempts = std::max(seen.attempts, record.attempt);
  }
  seen.last = std::max(seen.last, moment);
  noted_.push_back({key, moment});
  answered(record);
}

void RecentBodies::answered(const Record& record) {
  const auto found = seen_.find(key_of(record.delivery.body_sha256));
  if (found == seen_.end() || record.response_status < 200 || record.response_status > 299) return;
  found->second.is_accepted = true;
  found->second.first_changed.reset();
}

void RecentBodies::refused(const Record& record) {
  const auto found = seen_.find(key_of(record.delivery.body_sha256));
  if (found == seen_.end() || !found->second.is_accepted) return;
  found->second.is_accepted = false;
  // What repeats it has changed nothing.
  if (record.event == found->second.first_event) found->second.first_changed = short_changes(record);
}

std::optional<std::string> RecentBodies::short_changes(const Record& record) {
  return record.changed && record.changed->size() <= max_changed_bytes ? record.changed : std::nullopt;
}

void RecentBodies::forget(const Record& record) {
  const auto found = seen_.find(key_of(record.delivery.body_sha256));
  if (found != seen_.end() && --found->second.attempts == 0) seen_.erase(found);
}

void RecentBodies::forget_before(Timestamp moment) {
  while (!noted_.empty() && (noted_.front().at < moment || noted_.size() >= max_bodies)) {
    const auto found = seen_.find(noted_.front().key);
    // A body that came again since then leaves with its last arrival.
    if (found != seen_.end() && found->second.last <= noted_.front().at) seen_.erase(found);
    noted_.pop_front();
  }
}

}  // namespace farehook
