#include "cli/json_finding.hpp"
#include "cli/report.hpp"

namespace farehook {

namespace {

using Json = nlohmann::ordered_json;

/// A relative URI reference (RFC 3986, 4.2).
std::string uri_of(std::string_view path) {
  constexpr std::string_view kept = "-._~/!$&'()*+,;=@";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string uri;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_alphanumeric || kept.find(c) != std::string_view::npos)
      uri += c;
    else
      uri += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return uri;
}

/// The log is one object: its rules come first, then each result as it is found.
class SarifReport : public Report {
 public:
  explicit SarifReport(Output& output) : output_(output) {
    Json all = Json::array();
    for (const Rule& rule : rules())
      all.push_back({{"id", rule.name},
                     {"shortDescription", {{"text", rule.sentence}}},
                     {"fullDescription", {{"text", rule.why}}},
                     {"defaultConfiguration", {{"level", to_string(rule.severity)}}}});
    const Json driver{{"name", "farehook"}, {"version", FAREHOOK_VERSION}, {"rules", all}};
    output_.write(R"({"version":"2.1.0","runs":[{"tool":{"driver":)" + dump(driver) +
                  R"(},"columnKind":"unicodeCodePoints","results":[)");
  }

  void add(const CheckedPayload& payload) override {
    std::string results;
    const auto places = places_of(payload);
    for (size_t index = 0; index < places.size(); ++index) {
      results += is_first_ ? "\n" : ",\n";
      is_first_ = false;
      results += dump(result(payload, payload.findings.listed[index], places[index]));
    }
    output_.write(results);
  }

  void finish() override { output_.write("\n]}]}\n"); }

 private:
  static Json result(const CheckedPayload& payload, const Finding& finding, const FindingPlace& place) {
    const std::string message = finding.message + (finding.remedy.empty() ? "." : ". " + finding.remedy);
    Json location{{"physicalLocation",
                   {{"artifactLocation", {{"uri", uri_of(payload.file)}}},
                    {"region",
                     {{"startLine", place.begin.line},
                      {"startColumn", place.begin.column},
                      {"endLine", place.end.line},
                      {"endColumn", place.end.column}}}}}};
    if (!finding.pointer.empty())
      location["logicalLocations"] = Json::array({{{"fullyQualifiedName", finding.pointer}}});
    return {{"ruleId", finding.rule->name},
            {"ruleIndex", finding.rule - rules().data()},
            {"level", to_string(finding.rule->severity)},
            {"message", {{"text", message}}},
            {"locations", Json::array({location})}};
  }

  Output& output_;
  bool is_first_ = true;
};

}  // namespace

std::unique_ptr<Report> sarif_report(Output& output) { return std::make_unique<SarifReport>(output); }

}  // namespace farehook
