#include "cli/delivery_report.hpp"

#include "cli/attempt_line.hpp"
#include "cli/junit_file.hpp"
#include "cli/workflow_command.hpp"
#include "delivery/error.hpp"
#include "delivery/journal.hpp"
#include "delivery/utf8.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace farehook {

namespace {

/// A file that is made anew, or standard error.
class ReportFile {
 public:
  ReportFile(const std::string& path, int standard_error)
      : descriptor_(path.empty() ? standard_error : made_anew(path)),
        is_own_(!path.empty()),
        journal_(descriptor_, path.empty() ? "standard error" : path) {}
  ~ReportFile() {
    if (is_own_) ::close(descriptor_);
  }
  ReportFile(const ReportFile&) = delete;
  ReportFile& operator=(const ReportFile&) = delete;

  void write(std::string_view text) {
    if (const auto error = journal_.append(text)) throw Error(journal_.name() + ": " + error.message());
  }

 private:
  static int made_anew(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0) throw Error(path + ": " + std::generic_category().message(errno));
    return descriptor;
  }

  const int descriptor_;
  const bool is_own_;
  Journal journal_;
};

std::string attempts_of(const Dispatch& dispatch) {
  return dispatch.attempts == 1 ? "" : " (attempt " + std::to_string(dispatch.attempts) + ")";
}

/// Where a delivery stands, as "file:line".
std::string file_of(const Dispatch& dispatch) {
  return dispatch.source.substr(0, dispatch.source.rfind(':'));
}
std::string line_of(const Dispatch& dispatch) {
  return dispatch.source.substr(dispatch.source.rfind(':') + 1);
}

/// What came of it, and what may help.
std::string told(const Dispatch& dispatch, const Attempt& last) {
  const std::string remedy = remedy_of(last);
  return result_of(last) + attempts_of(dispatch) + (remedy.empty() ? "" : "\n" + remedy);
}

class JunitDeliveryReport : public DeliveryReport {
 public:
  JunitDeliveryReport(const std::string& path, int standard_error) : file_(path, standard_error) {}

  void add(const Dispatch& dispatch, const Attempt& last, Outcome outcome) override {
    JunitFile::Case test;
    test.name = dispatch.delivery.id;
    test.file = file_of(dispatch);
    test.seconds = std::chrono::duration<double>(last.duration).count();
    if (outcome == Outcome::failed) {
      test.failure_type = last.status ? "status" : last.error;
      test.failure = result_of(last) + attempts_of(dispatch);
      test.failure_lines = told(dispatch, last);  // GitLab shows these only
    }
    junit_.add(test);
  }
  void finish() override {
    junit_.finish([this](std::string_view text) { file_.write(text); });
  }

 private:
  ReportFile file_;
  JunitFile junit_{"farehook replay"};
};

class GithubDeliveryReport : public DeliveryReport {
 public:
  GithubDeliveryReport(const std::string& path, int standard_error) : file_(path, standard_error) {}

  void add(const Dispatch& dispatch, const Attempt& last, Outcome outcome) override {
    if (outcome != Outcome::failed) return;
    file_.write("::error file=" + in_property(file_of(dispatch)) + ",line=" + line_of(dispatch) +
                ",title=not accepted::" + in_message(dispatch.delivery.id + ": " + told(dispatch, last)) +
                "\n");
  }
  void finish() override {}

 private:
  ReportFile file_;
};

/// TAP version 14: one test point a delivery, the plan at the end.
class TapDeliveryReport : public DeliveryReport {
 public:
  TapDeliveryReport(const std::string& path, int standard_error) : file_(path, standard_error) {
    file_.write("TAP version 14\n");
  }

  void add(const Dispatch& dispatch, const Attempt& last, Outcome outcome) override {
    ++count_;
    std::string text = (outcome == Outcome::failed ? "not ok " : "ok ") + std::to_string(count_) + " - " +
                       in_description(dispatch.delivery.id) + "\n";
    if (outcome == Outcome::failed)
      text += "  ---\n  message: \"" + in_string(result_of(last) + attempts_of(dispatch)) + "\"\n  ...\n";
    file_.write(text);
  }
  void finish() override { file_.write("1.." + std::to_string(count_) + "\n"); }

 private:
  /// "#" would begin a directive.
  static std::string in_description(std::string_view text) {
    std::string result;
    for (const char c : as_utf8(text)) {
      if (c == '#' || c == '\\') result += '\\';
      result += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
    return result;
  }
  static std::string in_string(std::string_view text) {
    std::string result;
    for (const char c : as_utf8(text)) {
      if (c == '"' || c == '\\') result += '\\';
      result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return result;
  }

  ReportFile file_;
  uint64_t count_ = 0;
};

}  // namespace

std::optional<ReportRequest> parse_report_request(const std::string& text) {
  const size_t equals = text.find('=');
  const std::string format = text.substr(0, equals);
  const std::string file = equals == std::string::npos ? "" : text.substr(equals + 1);
  if (equals != std::string::npos && file.empty()) return std::nullopt;
  if (format == "junit" && !file.empty()) return ReportRequest{ReportRequest::Format::junit, file};
  if (format == "github") return ReportRequest{ReportRequest::Format::github, file};
  if (format == "tap" && !file.empty()) return ReportRequest{ReportRequest::Format::tap, file};
  return std::nullopt;
}

std::unique_ptr<DeliveryReport> make_delivery_report(const ReportRequest& request, int standard_error) {
  switch (request.format) {
    case ReportRequest::Format::junit:
      return std::make_unique<JunitDeliveryReport>(request.file, standard_error);
    case ReportRequest::Format::github:
      return std::make_unique<GithubDeliveryReport>(request.file, standard_error);
    case ReportRequest::Format::tap:
      break;
  }
  return std::make_unique<TapDeliveryReport>(request.file, standard_error);
}

}  // namespace farehook
