#include "cli/junit_file.hpp"

#include "delivery/error.hpp"
#include "delivery/utf8.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace farehook {

namespace {

/// U+FFFE and U+FFFF are no characters of XML 1.0 (its 2.2).
bool is_in_xml(std::string_view character) { return character != "\uFFFE" && character != "\uFFFF"; }

/// XML 1.0 has no way to write most control characters; bytes that are not UTF-8 have none either.
std::string escaped(std::string_view text) {
  std::string result;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const auto byte = static_cast<unsigned char>(*at);
    size_t length = 1;
    if (byte >= 0x80) {
      length = utf8_sequence_length(at, end);
      const std::string_view character(at, length);
      result += length > 0 && is_in_xml(character) ? character : "?";
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

[[noreturn]] void fail() { throw Error("temporary file: " + std::generic_category().message(errno)); }

}  // namespace

JunitFile::JunitFile(std::string suite) : suite_(std::move(suite)), cases_(std::tmpfile()) {
  if (cases_ == nullptr) fail();
}

JunitFile::~JunitFile() { std::fclose(cases_); }

void JunitFile::add(const Case& test) {
  ++tests_;
  std::string text = "    <testcase classname=\"" + suite_ + "\" name=\"" + escaped(test.name) + "\"";
  if (!test.file.empty()) text += " file=\"" + escaped(test.file) + "\"";
  if (test.seconds >= 0) text += " time=\"" + std::to_string(test.seconds) + "\"";
  const bool failed = !test.failure_type.empty();
  if (!failed && test.output.empty()) {
    text += "/>\n";
  } else {
    text += ">\n";
    if (failed) {
      ++failures_;
      text += "      <failure type=\"" + escaped(test.failure_type) + "\" message=\"" +
              escaped(test.failure) + "\">" + escaped(test.failure_lines) + "</failure>\n";
    }
    if (!test.output.empty()) text += "      <system-out>" + escaped(test.output) + "</system-out>\n";
    text += "    </testcase>\n";
  }
  if (std::fwrite(text.data(), 1, text.size(), cases_) != text.size()) fail();
}

void JunitFile::finish(const std::function<void(std::string_view)>& write) {
  const std::string counts = " tests=\"" + std::to_string(tests_) + "\" failures=\"" +
                             std::to_string(failures_) + "\" errors=\"0\" skipped=\"0\"";
  write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + counts + ">\n  <testsuite name=\"" +
        suite_ + "\"" + counts + ">\n");
  std::rewind(cases_);
  char buffer[65536];
  while (const size_t count = std::fread(buffer, 1, sizeof buffer, cases_)) write({buffer, count});
  if (std::ferror(cases_) != 0) fail();
  write("  </testsuite>\n</testsuites>\n");
}

}  // namespace farehook
