#include "cli/report.hpp"
#include "delivery/error.hpp"
#include "delivery/utf8.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace farehook {

namespace {

/// XML 1.0 has no way to write most control characters; bytes that are not UTF-8 have none either.
std::string escaped(std::string_view text) {
  std::string result;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const auto byte = static_cast<unsigned char>(*at);
    size_t length = 1;
    if (byte >= 0x80) {
      length = utf8_sequence_length(at, end);
      result += length == 0 ? "?" : std::string(at, length);
    } else if (*at == '<') {
      result += "&lt;";
    } else if (*at == '>') {
      result += "&gt;";
    } else if (*at == '&') {
      result += "&amp;";
    } else if (*at == '"') {
      result += "&quot;";
    } else if (byte < 0x20 && *at != '\n' && *at != '\t') {
      result += '?';
    } else {
      result += *at;
    }
    at += std::max<size_t>(length, 1);
  }
  return result;
}

/// The suite's counts stand before its cases: the cases wait in a temporary file.
class JunitReport : public Report {
 public:
  JunitReport(Output& output, const ReportOptions& options)
      : output_(output),
        fails_from_(options.strict ? Severity::warning : Severity::error),
        cases_(std::tmpfile()) {
    if (cases_ == nullptr) fail();
  }
  ~JunitReport() override { std::fclose(cases_); }
  JunitReport(const JunitReport&) = delete;
  JunitReport& operator=(const JunitReport&) = delete;

  void add(const CheckedPayload& payload) override {
    ++payloads_;
    const std::string name =
        payload.is_line ? payload.file + ":" + std::to_string(payload.first_line) : payload.file;
    std::string text = "    <testcase classname=\"farehook.validate\" name=\"" + escaped(name) +
                       "\" file=\"" + escaped(payload.file) + "\"";
    std::string failures, others;
    const Finding* first = nullptr;
    const auto places = places_of(payload);
    for (size_t index = 0; index < places.size(); ++index) {
      const Finding& finding = payload.findings.listed[index];
      const bool fails = finding.rule->severity >= fails_from_;
      if (fails && first == nullptr) first = &finding;
      (fails ? failures : others) += line_of(payload.file, finding, places[index].begin);
    }
    if (first == nullptr && others.empty()) {
      store(text + "/>\n");
      return;
    }
    text += ">\n";
    if (first != nullptr) {
      ++failures_;
      text += "      <failure type=\"" + std::string(first->rule->name) + "\" message=\"" +
              escaped(first->message) + "\">" + escaped(failures) + "</failure>\n";
    }
    if (!others.empty()) text += "      <system-out>" + escaped(others) + "</system-out>\n";
    store(text + "    </testcase>\n");
  }

  void finish() override {
    const std::string counts = " tests=\"" + std::to_string(payloads_) + "\" failures=\"" +
                               std::to_string(failures_) + "\" errors=\"0\" skipped=\"0\"";
    output_.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + counts +
                  ">\n  <testsuite name=\"farehook validate\"" + counts + ">\n");
    std::rewind(cases_);
    char buffer[65536];
    while (const size_t count = std::fread(buffer, 1, sizeof buffer, cases_)) output_.write({buffer, count});
    if (std::ferror(cases_) != 0) fail();
    output_.write("  </testsuite>\n</testsuites>\n");
  }

 private:
  static std::string line_of(const std::string& file, const Finding& finding, const TextPosition& at) {
    return file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
           std::string(to_string(finding.rule->severity)) + ": " + finding.message + " [" +
           std::string(finding.rule->name) + "] " + finding.pointer + "\n";
  }

  void store(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), cases_) != text.size()) fail();
  }

  [[noreturn]] static void fail() {
    throw Error("temporary file: " + std::generic_category().message(errno));
  }

  Output& output_;
  const Severity fails_from_;
  std::FILE* cases_;
  size_t payloads_ = 0, failures_ = 0;
};

}  // namespace

std::unique_ptr<Report> junit_report(Output& output, const ReportOptions& options) {
  return std::make_unique<JunitReport>(output, options);
}

}  // namespace farehook
