#pragma once

#include "booking/selection.hpp"
#include "cli/delivery_report.hpp"
#include "cli/inputs.hpp"
#include "cli/options.hpp"
#include "cli/redact_options.hpp"
#include "cli/sending.hpp"
#include "delivery/json_edit.hpp"
#include "delivery/pace.hpp"

#include <optional>
#include <string>
#include <vector>

namespace farehook {

/// All that `replay` is told to do.
struct ReplayPlan {
  std::vector<std::string> inputs;
  SendingPlan sending;  ///< what does not send may have no endpoint
  bool keeps_path = false;
  std::vector<JsonEdit> edits;

  Selection selection;
  std::optional<std::string> after;  ///< the id behind which to begin
  std::optional<uint64_t> limit;
  uint64_t repeat = 1;

  Pace::Plan pace;

  std::vector<ReportRequest> reports;
  std::optional<std::string> failed_out;
  /// Nothing is sent, but printed: in short, as records, or as commands that send it.
  bool dry_run = false, print = false, curl = false;
  RedactOptions redact;
  DisplayOptions display;

  bool sends() const { return !dry_run && !print && !curl; }
};

/// Sends what the plan says, and returns an ExitStatus. Throws Error.
int replay(const ReplayPlan& plan, Session& session);

}  // namespace farehook
