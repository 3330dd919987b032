// Any bytes as a line: a record or a reason. Any bytes as a body: they survive the record.

#include "booking/facts.hpp"
#include "delivery/record.hpp"
#include "delivery/utf8.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  static_cast<void>(farehook::from_line(bytes));

  farehook::Record record;
  record.delivery.id = "a";
  record.delivery.received_at = farehook::Timestamp{std::chrono::microseconds{1}};
  record.delivery.body = bytes;
  record.body_form = farehook::facts_of(bytes).shape != farehook::Facts::Shape::not_json
                         ? farehook::BodyForm::json
                     : farehook::is_utf8(bytes) ? farehook::BodyForm::text
                                                : farehook::BodyForm::bytes;
  const std::string line = farehook::to_line(record);
  if (line.find('\n') != line.size() - 1) std::abort();
  const auto read = farehook::from_line(std::string_view(line).substr(0, line.size() - 1));
  const auto* same = std::get_if<farehook::Record>(&read);
  if (same == nullptr || !(*same == record)) std::abort();
  return 0;
}
