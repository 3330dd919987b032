#include "cli/report.hpp"
#include "cli/workflow_command.hpp"

namespace farehook {

namespace {

std::string_view command(Severity severity) {
  return severity == Severity::note ? "notice" : to_string(severity);
}

class GithubReport : public Report {
 public:
  explicit GithubReport(Output& output) : output_(output) {}

  void add(const CheckedPayload& payload) override {
    std::string lines;
    const auto places = places_of(payload);
    for (size_t index = 0; index < places.size(); ++index) {
      const Finding& finding = payload.findings.listed[index];
      const FindingPlace& place = places[index];
      lines += "::" + std::string(command(finding.rule->severity)) + " file=" + in_property(payload.file) +
               ",line=" + std::to_string(place.begin.line) + ",col=" + std::to_string(place.begin.column);
      // Columns are for one line only: GitHub ignores them otherwise.
      if (place.end.line == place.begin.line && finding.length > 0)
        lines += ",endColumn=" + std::to_string(place.end.column);
      lines += ",title=" + in_property(finding.rule->name) + "::" + in_message(finding.message);
      if (!finding.pointer.empty()) lines += " (" + in_message(finding.pointer) + ")";
      if (!finding.remedy.empty()) lines += "%0A" + in_message(finding.remedy);
      lines += "\n";
    }
    output_.write(lines);
  }

 private:
  Output& output_;
};

}  // namespace

std::unique_ptr<Report> github_report(Output& output) { return std::make_unique<GithubReport>(output); }

}  // namespace farehook
