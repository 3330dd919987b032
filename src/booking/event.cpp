#include "booking/event.hpp"

#include "delivery/json_string.hpp"
#include "delivery/json_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <functional>

namespace farehook {

namespace {

uint64_t mix(uint64_t value) {
  // The finalizer of splitmix64: each bit of the input moves half of those of the output.
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

uint64_t hash(std::string_view text) { return std::hash<std::string_view>{}(text); }

uint64_t string_digest(std::string_view raw) {
  return raw.find('\\') == std::string_view::npos ? hash(raw.substr(1, raw.size() - 2)) : hash(unquote(raw));
}

/// 0, 0.0 and -0 are one number; whole numbers keep every digit.
uint64_t number_digest(std::string_view raw) {
  if (raw.find_first_of(".eE") == std::string_view::npos && raw != "-0") return hash(raw);
  double value = 0;
  if (std::from_chars(raw.data(), raw.data() + raw.size(), value).ec != std::errc{}) return hash(raw);
  constexpr double largest_exact = 9007199254740992;
  if (std::nearbyint(value) == value && std::abs(value) < largest_exact)
    return hash(std::to_string(static_cast<int64_t>(value)));
  return std::hash<double>{}(value);
}

uint64_t scalar_digest(JsonKind kind, std::string_view raw) {
  const uint64_t value = kind == JsonKind::string   ? string_digest(raw)
                         : kind == JsonKind::number ? number_digest(raw)
                                                    : hash(raw);
  return mix(value + static_cast<uint64_t>(kind));
}

/// Reads a body's facts while it passes. Levels: 1 is the envelope's object, 2 the booking's.
class FactsVisitor : public JsonVisitor {
 public:
  void key(std::string_view raw) override {
    level().key = raw;
    if (depth_ == 1 && raw == R"("item")") saw_item_ = true;
  }

  void scalar(JsonKind kind, std::string_view raw) override {
    if (is_booking_member()) booking_member(kind, raw);
    if (depth_ == 3 && in_booking() && levels_[2].key == R"("company")" && level().key == R"("currency")")
      keep(kind, raw, facts_.currency);
    value(scalar_digest(kind, raw));
  }

  void open(JsonKind kind, const char* /*at*/) override {
    levels_[++depth_] = {kind, {}, 0};
    if (depth_ == 2 && kind == JsonKind::object && in_booking()) saw_booking_ = true;
  }

  void close(JsonKind kind, const char* /*end*/) override {
    const uint64_t digest = mix(level().digest + static_cast<uint64_t>(kind) + 1);
    --depth_;
    if (depth_ > 0) value(digest);
  }

  Facts finish() {
    facts_.shape = saw_booking_ && !facts_.uuid.empty() ? Facts::Shape::booking
                   : saw_item_                          ? Facts::Shape::item
                                                        : Facts::Shape::other;
    return std::move(facts_);
  }

 private:
  struct Level {
    JsonKind kind = JsonKind::array;
    std::string_view key;
    uint64_t digest = 0;
  };

  Level& level() { return levels_[depth_]; }
  bool in_booking() const { return depth_ >= 2 && levels_[1].key == R"("booking")"; }
  bool is_booking_member() const { return depth_ == 2 && in_booking(); }

  /// A value is whole: it joins the digest of what it stands in.
  void value(uint64_t digest) {
    Level& parent = level();
    if (parent.kind == JsonKind::array) {
      parent.digest = mix(parent.digest * 31 + digest);
      return;
    }
    const std::string_view key = parent.key;
    if (in_booking() && key == R"("capacity")") return;
    if (is_booking_member() && key == R"("is_eligible_for_cancellation")") return;
    if (is_booking_member() && key == R"("contact")") {
      facts_.contact_digest = digest;
      return;
    }
    parent.digest += mix(string_digest(key) ^ digest * 31);  // a sum: the order of keys makes no difference
    if (depth_ == 1) facts_.content_digest = parent.digest;
  }

  void booking_member(JsonKind kind, std::string_view raw) {
    const std::string_view key = level().key;
    if (key == R"("uuid")")
      keep(kind, raw, facts_.uuid);
    else if (key == R"("status")")
      keep(kind, raw, facts_.status);
    else if (key == R"("rebooked_from")")
      facts_.is_from_rebooking = kind == JsonKind::string;
    else if (key == R"("display_id")")
      keep(kind, raw, facts_.display_id);
    else if (key == R"("receipt_total_display")")
      keep(kind, raw, facts_.total);
  }

  static void keep(JsonKind kind, std::string_view raw, std::string& into) {
    if (kind == JsonKind::string) into = unquote(raw);
  }

  std::array<Level, max_json_depth + 1> levels_;
  size_t depth_ = 0;
  bool saw_booking_ = false;
  bool saw_item_ = false;
  Facts facts_;
};

}  // namespace

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

std::optional<Event> event_named(std::string_view name) {
  constexpr std::string_view prefix = "booking.";
  for (int each = 0; each <= static_cast<int>(Event::unknown); ++each) {
    const auto event = static_cast<Event>(each);
    const std::string_view whole = to_string(event);
    if (whole == name || (whole.starts_with(prefix) && whole.substr(prefix.size()) == name)) return event;
  }
  return std::nullopt;
}

Facts facts_of(std::string_view body) {
  FactsVisitor visitor;
  if (read_json(body, visitor)) return {};
  return visitor.finish();
}

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

void BookingMemory::remember(const Facts& facts) {
  if (facts.shape != Facts::Shape::booking) return;
  const uint64_t key = hash(facts.uuid);
  const auto [place, is_new] =
      seen_.insert_or_assign(key, Seen{facts.contact_digest, facts.content_digest, status_of(facts)});
  if (!is_new) return;
  met_.push_back(key);
  if (met_.size() <= max_bookings) return;
  seen_.erase(met_.front());
  met_.pop_front();
}

BookingMemory::Status BookingMemory::status_of(const Facts& facts) {
  if (facts.status == "booked") return Status::booked;
  if (facts.status == "cancelled") return Status::cancelled;
  if (facts.status == "rebooked") return Status::rebooked;
  return Status::other;
}

Event BookingMemory::first_event(const Facts& facts) const {
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
