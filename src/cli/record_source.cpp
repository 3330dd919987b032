#include "cli/record_source.hpp"

#include "delivery/utf8.hpp"
#include "http/sha256.hpp"

namespace farehook {

std::variant<Record, RecordFault> RecordSource::record_of(const InputText& text) {
  auto read = from_line(text.text);
  if (std::holds_alternative<Record>(read)) return read;
  const Facts facts = facts_of(text.text);
  const bool is_payload = facts.shape == Facts::Shape::booking || facts.shape == Facts::Shape::item;
  if (text.text.empty()) return RecordFault{"there is nothing in it"};
  if (text.is_line && !is_payload) return read;

  Record record;
  record.delivery.id = text.is_line ? text.file + ":" + std::to_string(text.first_line) : text.file;
  record.delivery.received_at = now();
  record.delivery.method = "POST";
  record.delivery.path = "/";
  record.delivery.headers = {{"content-type", "application/json"},
                             {"user-agent", "farehook/" FAREHOOK_VERSION}};
  record.delivery.body = text.text;
  record.delivery.body_sha256 = sha256(text.text);
  record.body_form = facts.shape != Facts::Shape::not_json ? BodyForm::json
                     : is_utf8(text.text)                  ? BodyForm::text
                                                           : BodyForm::bytes;
  record.event = to_string(bookings_.event(facts));
  if (facts.shape == Facts::Shape::booking) record.booking = facts.uuid;
  bookings_.remember(facts);
  return record;
}

}  // namespace farehook
