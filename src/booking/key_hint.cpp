#include "booking/key_hint.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <vector>

namespace farehook {

namespace {

using enum ObjectKind;

struct MixUp {
  ObjectKind object;
  std::string_view key, advice;
};

/// Names that consumers of FareHarbor's webhooks have been seen to expect, and that older texts of its
/// documentation have.
constexpr MixUp mix_ups[] = {
    {envelope, "event", "FareHarbor sends no event name: look at the status, and at what came before."},
    {envelope, "event_type", "FareHarbor sends no event name: look at the status, and at what came before."},
    {envelope, "type", "FareHarbor sends no event name: look at the status, and at what came before."},
    {envelope, "action", "FareHarbor sends no event name: look at the status, and at what came before."},
    {envelope, "timestamp", "FareHarbor does not say when it sent a webhook."},
    {envelope, "signature", "FareHarbor signs nothing: a secret has to be in the URL."},
    {booking, "amount", "The total is receipt_total, what was collected amount_paid."},
    {booking, "total", "The total is receipt_total, what was collected amount_paid."},
    {booking, "is_cancelled", "A cancelled booking has the status cancelled."},
    {booking, "items", "The item is availability.item."},
    {booking, "customer_count_total", "It is customer_count."},
    {booking, "updated_at", "FareHarbor sends no time of change."},
    {booking, "is_subscribed_for_sms_udpates", "It is is_subscribed_for_sms_updates."},
    {contact, "country_phone",
     "It is phone_country; one text of the documentation has it the wrong way round."},
    {contact, "is_subscribed", "It is is_subscribed_for_email_updates."},
    {contact, "is_subscribed_for_sms_updates", "It stands in the booking."},
    {availability, "start_datetime", "It is start_at."},
    {availability, "end_datetime", "It is end_at."},
    {customer, "customer_type", "It stands in customer_type_rate."},
    {customer_type, "customer_prototype", "It stands beside customer_type, in customer_type_rate."},
    {payment, "amount", "It is amount_paid, or initial_amount_paid before refunds."},
};

size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      const bool same = std::tolower(static_cast<unsigned char>(a[i - 1])) ==
                        std::tolower(static_cast<unsigned char>(b[j - 1]));
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (same ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

bool is_near(std::string_view a, std::string_view b) {
  const size_t longest = std::max(a.size(), b.size());
  const size_t allowed = longest < 4 ? 0 : longest < 6 ? 1 : 2;
  const size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  return difference <= allowed && distance(a, b) <= allowed;
}

}  // namespace

std::string key_hint(std::string_view key, ObjectKind kind) {
  for (const MixUp& each : mix_ups)
    if (each.object == kind && each.key == key) return std::string(each.advice);
  for (const Field& field : fields_of(kind))
    if (is_near(key, field.name)) return "Is it `" + std::string(field.name) + "`?";
  return "";
}

std::string nearest(std::string_view name, std::span<const std::string_view> names) {
  const auto found = std::ranges::find_if(names, [&](std::string_view each) { return is_near(name, each); });
  return found == names.end() ? "" : std::string(*found);
}

}  // namespace farehook
