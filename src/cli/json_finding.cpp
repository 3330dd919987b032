#include "cli/json_finding.hpp"

namespace farehook {

nlohmann::ordered_json json_of(const Finding& finding, const TextPosition& at) {
  nlohmann::ordered_json json{{"line", at.line},
                              {"column", at.column},
                              {"pointer", finding.pointer},
                              {"rule", finding.rule->name},
                              {"severity", to_string(finding.rule->severity)},
                              {"message", finding.message}};
  if (!finding.remedy.empty()) json["remedy"] = finding.remedy;
  return json;
}

std::string json_of(std::string_view body, const Findings& findings) {
  auto array = nlohmann::ordered_json::array();
  PositionFinder positions(body);
  for (const Finding& finding : findings.listed)
    array.push_back(json_of(finding, positions.at(finding.offset)));
  return dump(array);
}

std::string dump(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace farehook
