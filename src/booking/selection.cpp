#include "booking/selection.hpp"

#include "delivery/json_tree.hpp"

namespace farehook {

namespace {

bool is_of_booking(const Record& record, const std::string& booking) {
  if (record.booking == booking) return true;
  JsonTree tree;
  if (tree.read(record.delivery.body)) return false;
  const JsonNode* object = member(tree.root(), "booking");
  if (object == nullptr) return false;
  std::string scratch;
  for (const char* name : {"uuid", "pk", "display_id"})
    if (const JsonNode* value = member(*object, name)) {
      if (value->is(JsonKind::string) ? plain_text(value->text, scratch) == booking : value->text == booking)
        return true;
    }
  return false;
}

}  // namespace

bool Selection::selects(const Record& record) const {
  const Timestamp at = record.delivery.received_at;
  return (events.empty() || events.contains(record.event)) && (!id || *id == record.delivery.id) &&
         (!since || at >= *since) && (!until || at < *until) && (!booking || is_of_booking(record, *booking));
}

std::optional<std::set<std::string>> parse_events(std::string_view names) {
  std::set<std::string> events;
  for (;;) {
    const std::string_view name = names.substr(0, names.find(','));
    const auto event = event_named(name);
    if (!event) return std::nullopt;
    events.emplace(to_string(*event));
    if (name.size() == names.size()) return events;
    names.remove_prefix(name.size() + 1);
  }
}

}  // namespace farehook
