#include "cli/record_source.hpp"

#include "delivery/har.hpp"
#include "delivery/utf8.hpp"
#include "http/sha256.hpp"

namespace farehook {

BodyForm body_form_of(std::string_view body, const Facts& facts) {
  if (facts.shape != Facts::Shape::not_json) return BodyForm::json;
  return is_utf8(body) ? BodyForm::text : BodyForm::bytes;
}

bool has_own_path(const Delivery& delivery) {
  const bool is_of_nobody = delivery.path.empty() || (delivery.path == "/" && delivery.query.empty());
  return !delivery.remote.empty() || !is_of_nobody;
}

std::variant<FoundRecord, RecordFault> RecordSource::record_of(const InputText& text) {
  if (text.har_entry != 0) return record_of_har(text);
  auto read = from_line(text.text);
  if (auto* const record = std::get_if<Record>(&read)) return FoundRecord{std::move(*record), false};
  const Facts facts = facts_of(text.text);
  const bool is_payload = facts.shape == Facts::Shape::booking || facts.shape == Facts::Shape::item;
  if (text.text.empty()) return RecordFault{"there is nothing in it"};
  if (text.is_line && !is_payload) return std::get<RecordFault>(read);

  Record record;
  record.delivery.id = as_utf8(text.is_line ? text.place() : text.file);
  record.delivery.received_at = now();
  record.delivery.method = "POST";
  record.delivery.path = "/";
  record.delivery.headers = {{"content-type", "application/json"},
                             {"user-agent", "farehook/" FAREHOOK_VERSION}};
  record.delivery.body = text.text;
  know(record, facts);
  return FoundRecord{std::move(record), true};
}

std::variant<FoundRecord, RecordFault> RecordSource::record_of_har(const InputText& text) {
  auto read = from_har_entry(text.text);
  if (auto* fault = std::get_if<RecordFault>(&read)) {
    fault->reason = "entry " + std::to_string(text.har_entry) + ": " + fault->reason;
    return std::move(*fault);
  }
  Record& record = std::get<Record>(read);
  record.delivery.id = as_utf8(text.file) + "#" + std::to_string(text.har_entry);
  know(record, facts_of(record.delivery.body));
  return FoundRecord{std::move(record), false};
}

void RecordSource::know_edited(Record& record, const Facts& before) {
  const Facts facts = facts_of(record.delivery.body);
  std::string event = std::move(record.event);
  know(record, facts);
  if (facts.shape == before.shape && facts.uuid == before.uuid && facts.status == before.status)
    record.event = std::move(event);
  record.changed.reset();
  record.findings.reset();
}

/// Puts into the record what its body tells.
void RecordSource::know(Record& record, const Facts& facts) {
  record.delivery.body_sha256 = sha256(record.delivery.body);
  record.body_form = body_form_of(record.delivery.body, facts);
  record.event = to_string(bookings_.event(facts));
  record.booking = facts.shape == Facts::Shape::booking ? std::optional(facts.uuid) : std::nullopt;
  bookings_.remember(facts, record.delivery.received_at);
}

}  // namespace farehook
