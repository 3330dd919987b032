// Any bytes as a HAR: its entries are parts of it, and what is read of one survives the record.

#include "delivery/har.hpp"
#include "delivery/utf8.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace farehook;

namespace {

void check(std::string_view entry) {
  auto read = from_har_entry(entry);
  const auto body = har_body(entry);
  auto* record = std::get_if<Record>(&read);
  if (record == nullptr) return;
  const auto* same_body = std::get_if<HarBody>(&body);
  if (same_body == nullptr || same_body->bytes != record->delivery.body) std::abort();
  if (same_body->offset + same_body->length > entry.size()) std::abort();
  // What a sender of HTTP would take from this is up to it; a record needs no more than these.
  record->delivery.id += 'a';
  if (record->delivery.received_at == Timestamp{}) return;
  if (!record->delivery.body.empty() && !is_har_delivery(entry)) std::abort();
  record->body_form = is_utf8(record->delivery.body) ? BodyForm::text : BodyForm::bytes;
  const std::string line = to_line(*record, Credentials::keep);
  const auto again = from_line(std::string_view(line).substr(0, line.size() - 1));
  const auto* same = std::get_if<Record>(&again);
  if (same == nullptr || !(*same == *record)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  looks_like_har(text);
  check(text);
  const auto read = har_entries(text);
  if (const auto* entries = std::get_if<std::vector<std::string_view>>(&read))
    for (const std::string_view entry : *entries) {
      if (entry.data() < text.data() || entry.data() + entry.size() > text.data() + text.size()) std::abort();
      check(entry);
    }
  return 0;
}
