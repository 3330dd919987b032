#include "booking/key_hint.hpp"

#include "delivery/spelling.hpp"

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

}  // namespace

std::string key_hint(std::string_view key, ObjectKind kind) {
  for (const MixUp& each : mix_ups)
    if (each.object == kind && each.key == key) return std::string(each.advice);
  std::vector<std::string_view> names;
  for (const Field& field : fields_of(kind)) names.push_back(field.name);
  const std::string name = nearest(key, names);
  return name.empty() ? "" : "Is it `" + name + "`?";
}

}  // namespace farehook
