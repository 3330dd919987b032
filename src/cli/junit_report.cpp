#include "cli/junit_file.hpp"
#include "cli/report.hpp"

namespace farehook {

namespace {

class JunitReport : public Report {
 public:
  JunitReport(Output& output, const ReportOptions& options)
      : output_(output), fails_from_(options.strict ? Severity::warning : Severity::error) {}

  void add(const CheckedPayload& payload) override {
    JunitFile::Case test;
    test.name = payload.is_line ? payload.file + ":" + std::to_string(payload.first_line) : payload.file;
    test.file = payload.file;
    const auto places = places_of(payload);
    for (size_t index = 0; index < places.size(); ++index) {
      const Finding& finding = payload.findings.listed[index];
      const bool fails = finding.rule->severity >= fails_from_;
      if (fails && test.failure_type.empty()) {
        test.failure_type = finding.rule->name;
        test.failure = finding.message;
      }
      (fails ? test.failure_lines : test.output) += line_of(payload.file, finding, places[index].begin);
    }
    add_rest(test, payload);
    file_.add(test);
  }

  void finish() override {
    file_.finish([this](std::string_view text) { output_.write(text); });
  }

 private:
  /// What is not listed fails if what fails is among it.
  void add_rest(JunitFile::Case& test, const CheckedPayload& payload) const {
    const SeverityCounts& more = payload.findings.more;
    if (more.all() == 0) return;
    const std::string words = not_listed_in_words(more);
    const bool fails = more.from(fails_from_) > 0;
    if (fails && test.failure_type.empty()) {
      test.failure_type = "not-listed";
      test.failure = words;
    }
    (fails ? test.failure_lines : test.output) +=
        payload.file + ":" + std::to_string(payload.first_line) + ": " + words + "\n";
  }

  static std::string line_of(const std::string& file, const Finding& finding, const TextPosition& at) {
    return file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
           std::string(to_string(finding.rule->severity)) + ": " + finding.message + " [" +
           std::string(finding.rule->name) + "] " + finding.pointer + "\n";
  }

  Output& output_;
  const Severity fails_from_;
  JunitFile file_{"farehook validate"};
};

}  // namespace

std::unique_ptr<Report> junit_report(Output& output, const ReportOptions& options) {
  return std::make_unique<JunitReport>(output, options);
}

}  // namespace farehook
