#include "booking/facts.hpp"

#include "booking/value_digest.hpp"
#include "delivery/json_string.hpp"
#include "delivery/json_text.hpp"

#include <array>
#include <charconv>

namespace farehook {

namespace {

/// Reads a body's facts while it passes. Levels: 1 is the envelope's object, 2 the booking's.
class FactsVisitor : public JsonVisitor {
 public:
  void key(std::string_view raw) override {
    level().key = raw;
    if (depth_ == 1 && raw == R"("item")") saw_item_ = true;
  }

  void scalar(JsonKind kind, std::string_view raw) override {
    if (is_booking_member()) note_booking_member(kind, raw);
    if (depth_ == 3 && in_booking() && levels_[2].key == R"("company")" && level().key == R"("currency")")
      keep(kind, raw, facts_.currency);
    join(scalar_digest(kind, raw));
  }

  void open(JsonKind kind, const char* /*at*/) override {
    levels_[++depth_] = {kind, {}, 0};
    if (depth_ == 2 && kind == JsonKind::object && in_booking()) saw_booking_ = true;
  }

  void close(JsonKind kind, const char* /*end*/) override {
    const uint64_t digest = mix(level().digest + static_cast<uint64_t>(kind) + 1);
    --depth_;
    if (depth_ > 0) join(digest);
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
  void join(uint64_t digest) {
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

  void note_booking_member(JsonKind kind, std::string_view raw) {
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
    else if (key == R"("customer_count")" && kind == JsonKind::number)
      std::from_chars(raw.data(), raw.data() + raw.size(), facts_.customer_count);
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

Facts facts_of(std::string_view body) {
  FactsVisitor visitor;
  if (read_json(body, visitor)) return {};
  Facts facts = visitor.finish();
  facts.text_digest = hash(body);
  return facts;
}

}  // namespace farehook
