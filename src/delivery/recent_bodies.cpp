#include "delivery/recent_bodies.hpp"

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
  return {seen.attempts + 1, seen.first_id, seen.is_accepted ? "" : seen.first_event};
}

void RecentBodies::remember(const Record& record) {
  const Timestamp moment = record.delivery.received_at;
  forget_before(moment - retry_window);
  const uint64_t key = key_of(record.delivery.body_sha256);
  Seen& seen = seen_[key];
  if (seen.attempts == 0 || moment - seen.last > retry_window)
    seen = {record.delivery.id, record.event, 0, false, moment};
  ++seen.attempts;
  seen.is_accepted |= record.response_status >= 200 && record.response_status <= 299;
  seen.last = moment;
  noted_.push_back({key, moment});
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
