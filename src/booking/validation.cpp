#include "booking/validation.hpp"

#include "booking/json_diagnosis.hpp"
#include "booking/members.hpp"
#include "booking/type_check.hpp"
#include "delivery/base64.hpp"
#include "delivery/har.hpp"
#include "delivery/text_position.hpp"

#include <algorithm>

namespace farehook {

namespace {

/// So many faults are looked for in one text that is not JSON.
constexpr int max_faults = 100;

Finding finding_of(Diagnosis diagnosis) {
  return {find_rule(diagnosis.rule),  "", diagnosis.offset, diagnosis.length, std::move(diagnosis.message),
          std::move(diagnosis.remedy)};
}

/// Findings in a text that is not JSON. Returns the text with what could be mended mended, if it is JSON
/// then: the same length, each byte where it was.
std::optional<std::string> mend(std::string_view text, JsonFault fault, size_t max_depth, Gaps& gaps,
                                Findings& findings) {
  std::string mended(text);
  JsonVisitor nothing;
  for (int faults = 0; faults < max_faults; ++faults) {
    Repair repair = diagnose_and_mend(mended, fault);
    if (repair.diagnosis.rule == "ellipsis") gaps.is_abridged = true;
    if (repair.stand_in) gaps.unknown.push_back(*repair.stand_in);
    findings.add(finding_of(std::move(repair.diagnosis)));
    if (!repair.is_mended) return std::nullopt;
    const auto next = read_json(mended, nothing, max_depth);
    if (!next) return mended;
    fault = *next;
  }
  return std::nullopt;
}

void check_duplicate_keys(const JsonNode& payload, Finder& finder) {
  std::string scratch;
  for (const JsonNode* node = &payload; node != &payload + payload.size; ++node) {
    if (!node->is(JsonKind::object)) continue;
    for (const JsonNode* each : repeated_members(*node))
      finder.add_at_key(*each, "duplicate-key", [&] {
        return FindingWords{"`" + std::string(plain_text(each->key, scratch)) +
                                "` stands in this object already; most readers take the last",
                            ""};
      });
  }
}

std::string what_it_is_instead(const JsonNode& payload) {
  if (payload.is(JsonKind::string)) return "JSON in a string? Then it has to be decoded once more.";
  if (payload.is(JsonKind::array)) return "Several payloads go into a .jsonl file, one a line.";
  if (!payload.is(JsonKind::object)) return "";
  if (member(payload, "uuid") != nullptr && member(payload, "status") != nullptr)
    return "This is a booking without its envelope: {\"booking\": ...}.";
  if (member(payload, "pk") != nullptr && member(payload, "company") != nullptr)
    return "This is an item without its envelope: {\"item\": ...}.";
  for (const std::string_view wrapper : {"payload", "data", "body"})
    if (const JsonNode* inner = member(payload, wrapper);
        inner != nullptr && member(*inner, "booking") != nullptr)
      return "FareHarbor does not wrap the booking's envelope in `" + std::string(wrapper) + "`.";
  return "";
}

/// What is no record may not nest as deep as one.
void add_too_deep(std::string_view json, Findings& findings) {
  JsonVisitor nothing;
  std::string text(json);
  if (const auto fault = read_json(json, nothing))
    findings.add(finding_of(diagnose_and_mend(text, *fault).diagnosis));
}

/// A line of a journal: see delivery/record.
bool is_record(const JsonNode& node) {
  return member(node, "received_at") != nullptr &&
         (member(node, "body") != nullptr || member(node, "body_text") != nullptr ||
          member(node, "body_base64") != nullptr);
}

}  // namespace

Findings Validator::check(std::string_view text, Expected expected) {
  Findings findings;
  if (auto diagnosis = diagnose_whole(text)) {
    findings.add(finding_of(std::move(*diagnosis)));
    return findings;
  }
  if (text.starts_with("\xef\xbb\xbf"))
    findings.add(finding_of({"byte-order-mark", 0, 3, "The text begins with a byte order mark",
                             "Save it as UTF-8 without one."}));
  // A record nests one deeper than the body that stands in it; until it is read it may be one.
  const size_t max_depth = max_json_depth + (expected == Expected::payload_or_record ? 1 : 0);
  std::optional<std::string> mended;
  Gaps gaps;
  if (const auto fault = tree_.read(text, max_depth)) {
    mended = mend(text, *fault, max_depth, gaps, findings);
    if (!mended || tree_.read(*mended, max_depth)) return findings;
  }
  const std::string_view read = mended ? *mended : text;
  if (expected == Expected::payload_or_record && is_record(tree_.root()))
    check_record(tree_.root(), read.data(), gaps, findings);
  else if (tree_.depth() > max_json_depth)
    add_too_deep(read, findings);
  else
    check_payload(tree_.root(), read.data(), gaps, findings);
  std::ranges::stable_sort(findings.listed, {}, &Finding::offset);
  return findings;
}

/// Findings in a body that is spliced in stand where they are; those in a body that is encoded stand at its
/// member, and say themselves where in the body they are.
void Validator::check_record(const JsonNode& record, const char* text_begin, const Gaps& gaps,
                             Findings& findings) const {
  if (const JsonNode* body = member(record, "body")) return check_payload(*body, text_begin, gaps, findings);
  const JsonNode* encoded = member(record, "body_text");
  std::optional<std::string> body = text_of(encoded);
  if (!body) {
    encoded = member(record, "body_base64");
    if (const auto base64 = text_of(encoded)) body = from_base64(*base64);
  }
  if (!body) {
    Finder(record, text_begin, gaps, findings).add_at(record, "not-a-payload", [] {
      return FindingWords{"The record's body can't be read", ""};
    });
    return;
  }
  check_encoded(*body, static_cast<size_t>(encoded->text.data() - text_begin), encoded->text.size(),
                findings);
}

Findings Validator::check_har_entry(std::string_view entry) const {
  Findings findings;
  const auto read = har_body(entry);
  if (const auto* fault = std::get_if<RecordFault>(&read)) {
    findings.add(finding_of({"not-a-payload", 0, 1, "The request can't be checked: " + fault->reason, ""}));
    return findings;
  }
  const auto& body = std::get<HarBody>(read);
  check_encoded(body.bytes, body.offset, body.length, findings);
  return findings;
}

/// Findings in a body that is encoded, as a string in the text that is read.
void Validator::check_encoded(std::string_view body, size_t offset, size_t length, Findings& findings) const {
  Validator inside(type_);
  Findings found = inside.check_body(body);
  PositionFinder positions(body);
  for (Finding& finding : found.listed) {
    const TextPosition at = positions.at(finding.offset);
    finding.message = "line " + std::to_string(at.line) + ", column " + std::to_string(at.column) +
                      " of the body: " + finding.message;
    finding.offset = offset;
    finding.length = length;
    findings.add(std::move(finding));
  }
  findings.more.add(found.more);
}

void Validator::check_payload(const JsonNode& payload, const char* text_begin, const Gaps& gaps,
                              Findings& findings) const {
  Finder finder(payload, text_begin, gaps, findings);
  if (finder.is_unknown(payload)) return;
  check_duplicate_keys(payload, finder);
  const auto looks_like = payload_type_of(payload);
  const bool is_item = looks_like == PayloadType::item;
  const bool item_is_wanted = type_ == PayloadType::item;
  if (!looks_like || (type_ && item_is_wanted != is_item)) {
    const std::string_view wanted = !type_           ? "neither `booking` nor `item`"
                                    : item_is_wanted ? "no `item`"
                                                     : "no `booking`";
    finder.add_at(payload, "not-a-payload", [&] {
      return FindingWords{payload.is(JsonKind::object) ? "The payload has " + std::string(wanted)
                                                       : "The payload is not an object",
                          what_it_is_instead(payload)};
    });
    return;
  }
  check_types(payload, type_.value_or(*looks_like), finder);
}

}  // namespace farehook
