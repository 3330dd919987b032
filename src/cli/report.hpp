#pragma once

#include "booking/finding.hpp"
#include "cli/output.hpp"
#include "delivery/text_position.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace farehook {

/// One payload that was checked. Its text is what the findings' offsets count in.
struct CheckedPayload {
  const std::string& file;
  size_t first_line;  ///< of the file, that the text begins at
  std::string_view text;
  bool is_line;  ///< one of many in its file
  const Findings& findings;
  size_t first_column = 1;  ///< of the first line, that the text begins at
};

/// A finding's place in its file.
struct FindingPlace {
  TextPosition begin, end;  ///< the first character, and the one behind the last
};

/// The places of all that is listed, in its order.
std::vector<FindingPlace> places_of(const CheckedPayload& payload);

/// "1 error, 2 warnings, 0 notes".
std::string in_words(const SeverityCounts& counts);
/// "and 3 more that are not listed: 1 error, 2 warnings, 0 notes".
std::string not_listed_in_words(const SeverityCounts& more);

/// How findings are told. Nothing of what it is given is kept.
class Report {
 public:
  virtual ~Report() = default;
  virtual void add(const CheckedPayload& payload) = 0;
  virtual void finish() {}
};

struct ReportOptions {
  bool is_colored = false;  ///< text only
  bool shows_all = false;   ///< text only: each finding, however often it comes
  bool strict = false;      ///< junit only: a warning is a failure
};

/// For people, as compilers tell it: file, line, column, the line itself with a mark under it.
std::unique_ptr<Report> text_report(Output& output, const ReportOptions& options);
/// JSON Lines, an object for each finding.
std::unique_ptr<Report> json_report(Output& output);
/// Workflow commands that GitHub Actions makes annotations of.
std::unique_ptr<Report> github_report(Output& output);
/// JUnit XML, a test case for each payload.
std::unique_ptr<Report> junit_report(Output& output, const ReportOptions& options);
/// SARIF 2.1.0, the exchange format of static analysis tools.
std::unique_ptr<Report> sarif_report(Output& output);

}  // namespace farehook
