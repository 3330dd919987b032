#include "cli/webhook_source.hpp"

#include "booking/webhook.hpp"
#include "cli/terminal.hpp"
#include "delivery/end_to_end.hpp"
#include "delivery/error.hpp"
#include "http/sha256.hpp"

#include <algorithm>

namespace farehook {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

void WebhookSource::each(const Take& take, const std::function<void(const std::string&)>& complain) {
  if (plan_.inputs.empty()) {
    invent(take);
  } else {
    RecordSource records;
    bool goes_on = true;
    for (const Input& input : inputs_of(plan_.inputs, complain)) {
      try {
        read_input(input, session_, [&](const InputText& text) {
          auto read = records.record_of(text);
          const std::string place = text.place();
          if (const auto* fault = std::get_if<RecordFault>(&read)) {
            complain(place + ": not a record (" + fault->reason + "), and not sent");
            return true;
          }
          Record& record = std::get<FoundRecord>(read).record;
          record.delivery.method = "POST";
          record.delivery.path = "/";
          record.delivery.query.clear();
          if (const auto part = unsendable_part(record.delivery)) {
            complain(place + ": " + printable(*part) + " can't be sent, and the record is not");
            return true;
          }
          if (!is_configured(record.event)) return true;
          std::string booking = record.booking.value_or("");
          goes_on = send({std::move(record), 0ns, std::move(booking)}, take);
          return goes_on;
        });
      } catch (const Error& error) {
        complain(error.what());
      }
      if (!goes_on) return;
    }
  }
  let_go(take);
}

/// The stories one after the other. In virtual time each takes the time that it takes; --over gives each its
/// share of the time given; in real time all is due at once.
bool WebhookSource::invent(const Take& take) {
  nanoseconds at{0};
  for (uint64_t number = 0; number < plan_.bookings; ++number) {
    const auto steps = story(plan_.scenario, plan_.seed * 1'000'003 + number);
    for (size_t index = 0; index < steps.size(); ++index) {
      if (plan_.over)
        at = nanoseconds(static_cast<int64_t>(
            static_cast<double>(nanoseconds(*plan_.over).count()) *
            (static_cast<double>(number) + static_cast<double>(index) / static_cast<double>(steps.size())) /
            static_cast<double>(plan_.bookings)));
      else if (!plan_.sending.has_endpoint())
        at = std::min<nanoseconds>(at + steps[index].after, latest_due);
      if (!is_configured(std::string(to_string(steps[index].event)))) continue;
      if (!send({record_of(steps[index]), at, std::to_string(number)}, take)) return false;
      if (happens(plan_.near_duplicates) && steps[index].event != Event::item_updated &&
          is_configured(std::string(to_string(Event::booking_repeated)))) {
        ScenarioStep again = steps[index];
        again.booking.capacity += 1;
        again.event = Event::booking_repeated;
        if (!send({record_of(again), at, std::to_string(number)}, take)) return false;
      }
    }
  }
  return true;
}

bool WebhookSource::is_configured(const std::string& event) const {
  return plan_.configured.empty() || plan_.configured.contains(event);
}

bool WebhookSource::send(Webhook webhook, const Take& take) {
  const bool twice = happens(plan_.duplicates);
  if (!held_ && happens(plan_.reorder)) {
    held_ = {std::move(webhook), twice};
    return true;
  }
  if (held_) held_->webhook.due = webhook.due;
  return hand_on(std::move(webhook), twice, take) && let_go(take);
}

/// What is held, if anything is.
bool WebhookSource::let_go(const Take& take) {
  if (!held_) return true;
  auto [webhook, twice] = std::move(*held_);
  held_.reset();
  return hand_on(std::move(webhook), twice, take);
}

bool WebhookSource::hand_on(Webhook webhook, bool twice, const Take& take) {
  if (!twice) return hand_on(std::move(webhook), take);
  Webhook copy = webhook;
  copy.record.delivery.id.clear();
  return hand_on(std::move(webhook), take) && hand_on(std::move(copy), take);
}

/// What has no id yet gets one.
bool WebhookSource::hand_on(Webhook webhook, const Take& take) {
  std::string& id = webhook.record.delivery.id;
  if (id.empty()) id = ids_.next();
  return take(std::move(webhook));
}

Record WebhookSource::record_of(const ScenarioStep& step) {
  const bool is_item = step.event == Event::item_updated || plan_.type == PayloadType::item;
  Record record;
  record.delivery.method = "POST";
  record.delivery.path = "/";
  record.delivery.headers = {{"content-type", "application/json"},
                             {"user-agent", "farehook/" FAREHOOK_VERSION}};
  // In virtual time nobody receives the body.
  if (plan_.print || plan_.sending.has_endpoint()) {
    record.delivery.body = webhook_of(step.booking, is_item ? PayloadType::item : plan_.type);
    record.delivery.body_sha256 = sha256(record.delivery.body);
  }
  record.event = to_string(is_item ? Event::item_updated : step.event);
  if (!is_item) record.booking = step.booking.uuid;
  return record;
}

}  // namespace farehook
