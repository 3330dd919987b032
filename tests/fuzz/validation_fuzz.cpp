// Any bytes as a payload: what is found stands within them, and can be told in every format.

#include "booking/validation.hpp"
#include "cli/excerpt.hpp"
#include "cli/json_finding.hpp"
#include "delivery/text_position.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

void check(const std::string& text, std::optional<farehook::PayloadType> type) {
  const farehook::Findings findings = farehook::Validator(type).check(text);
  size_t before = 0;
  for (const farehook::Finding& finding : findings.listed) {
    if (finding.rule == nullptr || finding.message.empty()) std::abort();
    if (finding.offset > text.size() || finding.length > text.size() - finding.offset) std::abort();
    if (finding.offset < before && !finding.pointer.empty()) std::abort();
    before = finding.offset;
    const auto line = farehook::line_around(text, finding.offset);
    const auto offset = static_cast<size_t>(text.data() + finding.offset - line.data());
    const auto excerpt = farehook::excerpt_of(line, offset, finding.length);
    if (excerpt.line.size() > 500 || excerpt.marks.empty()) std::abort();
    const auto json = farehook::json_of(finding, farehook::position_of(text, finding.offset));
    if (nlohmann::json::parse(farehook::dump(json)).size() < 6) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check(text, std::nullopt);
  for (size_t type = 0; type < farehook::payload_type_count; ++type)
    check(text, static_cast<farehook::PayloadType>(type));
  return 0;
}
