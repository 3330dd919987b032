#include "cli/record_redaction.hpp"

#include "booking/facts.hpp"
#include "booking/harmless.hpp"
#include "booking/validation.hpp"
#include "cli/json_finding.hpp"
#include "cli/record_source.hpp"
#include "delivery/json_string.hpp"
#include "delivery/json_tree.hpp"

#include <algorithm>
#include <vector>

namespace farehook {

namespace {

/// The pointers, each up to the first token that is not harmless.
std::string redacted_pointers(const std::string& pointers) {
  std::vector<std::string> kept;
  JsonTree tree;
  if (tree.read(pointers)) return "[]";
  for (const JsonNode& each : children(tree.root())) {
    if (!each.is(JsonKind::string)) continue;
    const std::string pointer = unquote(each.text);
    size_t end = 0;
    while (end < pointer.size()) {
      const size_t next = std::min(pointer.find('/', end + 1), pointer.size());
      if (!is_harmless_token(std::string_view(pointer).substr(end + 1, next - end - 1))) break;
      end = next;
    }
    std::string cut = pointer.substr(0, end);
    if (std::ranges::find(kept, cut) == kept.end()) kept.push_back(std::move(cut));
  }
  return dump(kept);
}

}  // namespace

Record redacted(Record record, const Redaction& redaction) {
  record.delivery = redaction.redacted(std::move(record.delivery));
  record.redacted = true;
  const std::string& body = record.delivery.body;
  const Facts facts = facts_of(body);
  record.body_form = body_form_of(body, facts);
  if (record.booking) record.booking = facts.uuid;
  if (record.changed) record.changed = redacted_pointers(*record.changed);
  if (record.findings) record.findings = json_of(body, Validator(std::nullopt).check_body(body));
  return record;
}

}  // namespace farehook
