#include "booking/finding.hpp"

namespace farehook {

Finding finding_at(const JsonNode& payload, const JsonNode& node, std::string_view rule, std::string message,
                   std::string remedy, const char* text_begin) {
  return {find_rule(rule),  pointer(payload, node), static_cast<size_t>(node.text.data() - text_begin),
          node.text.size(), std::move(message),     std::move(remedy)};
}

Finding finding_at_key(const JsonNode& payload, const JsonNode& node, std::string_view rule,
                       std::string message, std::string remedy, const char* text_begin) {
  Finding finding = finding_at(payload, node, rule, std::move(message), std::move(remedy), text_begin);
  finding.offset = static_cast<size_t>(node.key.data() - text_begin);
  finding.length = node.key.size();
  return finding;
}

}  // namespace farehook
