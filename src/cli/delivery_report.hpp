#pragma once

#include "delivery/attempt.hpp"
#include "delivery/dispatch.hpp"
#include "delivery/retry.hpp"

#include <memory>
#include <optional>
#include <string>

namespace farehook {

/// What became of each delivery, in a form that CI reads.
class DeliveryReport {
 public:
  virtual ~DeliveryReport() = default;
  /// A delivery's last attempt. Throws Error where it can't be written.
  virtual void add(const Dispatch& dispatch, const Attempt& last, Outcome outcome) = 0;
  virtual void finish() = 0;
};

/// What --report asks for: "junit=FILE", "tap=FILE", "github" (to standard error) or "github=FILE".
struct ReportRequest {
  enum class Format { junit, github, tap };
  Format format;
  std::string file;  ///< "": standard error
};
std::optional<ReportRequest> parse_report_request(const std::string& text);

/// Throws Error where the file can't be made.
std::unique_ptr<DeliveryReport> make_delivery_report(const ReportRequest& request, int standard_error);

}  // namespace farehook
