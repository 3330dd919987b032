#pragma once

#include "booking/selection.hpp"
#include "cli/delivery_report.hpp"
#include "cli/inputs.hpp"
#include "cli/options.hpp"
#include "delivery/endpoint.hpp"
#include "delivery/json_edit.hpp"
#include "delivery/pace.hpp"
#include "delivery/retry.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace farehook {

/// All that `replay` is told to do.
struct ReplayPlan {
  std::vector<std::string> inputs;
  std::optional<Endpoint> endpoint;  ///< none for a dry run
  bool keeps_path = false;
  std::vector<Header> headers;  ///< instead of the recorded ones of their names
  std::vector<JsonEdit> edits;
  bool verifies_certificate = true;
  std::string ca_file;
  std::chrono::milliseconds timeout{30'000};

  Selection selection;
  std::optional<std::string> after;  ///< the id behind which to begin
  std::optional<uint64_t> limit;
  uint64_t repeat = 1;

  Pace::Plan pace;
  size_t concurrency = 1;
  RetryPolicy retry;

  std::vector<ReportRequest> reports;
  std::optional<std::string> failed_out;
  bool dry_run = false;
  DisplayOptions display;
};

/// Sends what the plan says, and returns an ExitStatus. Throws Error.
int replay(const ReplayPlan& plan, Session& session);

}  // namespace farehook
