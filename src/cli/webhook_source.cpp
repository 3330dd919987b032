#include "cli/webhook_source.hpp"

#include "delivery/error.hpp"
#include "http/sha256.hpp"

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
          if (const auto* fault = std::get_if<RecordFault>(&read))
            complain(text.file + ":" + std::to_string(text.first_line) + ": not a record (" + fault->reason +
                     "), and not sent");
          else
            goes_on = send(std::get<Record>(std::move(read)), 0ns, take);
          return goes_on;
        });
      } catch (const Error& error) {
        complain(error.what());
      }
      if (!goes_on) return;
    }
  }
  if (held_) take(std::move(held_->first), held_->second);
  held_.reset();
}

/// The stories one after the other. In virtual time each takes the time that it takes; --over gives each its
/// share of that; in real time all is due at once.
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
      else if (!plan_.endpoint)
        at += steps[index].after;
      if (!plan_.configured.empty() && !plan_.configured.contains(steps[index].event)) continue;
      if (!send(record_of(steps[index]), at, take)) return false;
      if (happens(plan_.near_duplicates) && steps[index].event != Event::item_updated) {
        ScenarioStep again = steps[index];
        again.booking.capacity += 1;
        again.event = Event::booking_repeated;
        if (!send(record_of(again), at, take)) return false;
      }
    }
  }
  return true;
}

bool WebhookSource::send(Record record, nanoseconds due, const Take& take) {
  const bool twice = happens(plan_.duplicates);
  if (!held_ && happens(plan_.reorder)) {
    held_.emplace(std::move(record), due);
    return true;
  }
  Record copy = record;
  if (!take(std::move(record), due)) return false;
  if (twice) {
    copy.delivery.id = dice_.uuid();
    if (!take(std::move(copy), due)) return false;
  }
  if (!held_) return true;
  auto held = std::move(*held_);
  held_.reset();
  return take(std::move(held.first), due);
}

Record WebhookSource::record_of(const ScenarioStep& step) {
  const bool is_item = step.event == Event::item_updated || plan_.type == PayloadType::item;
  Record record;
  record.delivery.id = dice_.uuid();
  record.delivery.method = "POST";
  record.delivery.path = "/";
  record.delivery.headers = {{"content-type", "application/json"},
                             {"user-agent", "farehook/" FAREHOOK_VERSION}};
  // In virtual time nobody receives the body.
  if (plan_.print || plan_.endpoint) {
    record.delivery.body = webhook_of(step.booking, is_item ? PayloadType::item : plan_.type);
    record.delivery.body_sha256 = sha256(record.delivery.body);
  }
  record.event = to_string(is_item ? Event::item_updated : step.event);
  if (!is_item) record.booking = step.booking.uuid;
  return record;
}

}  // namespace farehook
