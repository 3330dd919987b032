#include "cli/report.hpp"

namespace farehook {

namespace {

/// What has a meaning in workflow commands is written as in URLs.
std::string escaped(std::string_view text, bool is_property) {
  std::string result;
  for (const char c : text) {
    if (c == '%')
      result += "%25";
    else if (c == '\r')
      result += "%0D";
    else if (c == '\n')
      result += "%0A";
    else if (is_property && c == ':')
      result += "%3A";
    else if (is_property && c == ',')
      result += "%2C";
    else
      result += c;
  }
  return result;
}

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
      const Place& place = places[index];
      lines += "::" + std::string(command(finding.rule->severity)) + " file=" + escaped(payload.file, true) +
               ",line=" + std::to_string(place.begin.line) + ",col=" + std::to_string(place.begin.column);
      // Columns are for one line only: GitHub ignores them otherwise.
      if (place.end.line == place.begin.line && finding.length > 0)
        lines += ",endColumn=" + std::to_string(place.end.column);
      lines += ",title=" + escaped(finding.rule->name, true) + "::" + escaped(finding.message, false);
      if (!finding.pointer.empty()) lines += " (" + escaped(finding.pointer, false) + ")";
      if (!finding.remedy.empty()) lines += "%0A" + escaped(finding.remedy, false);
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
