#pragma once

#include "delivery/attempt.hpp"
#include "delivery/dispatch.hpp"
#include "delivery/retry.hpp"

#include <string>

namespace farehook {

/// An attempt as a line of JSON: id, attempt, url, scheduled_at if it is given, started_at, duration_ms,
/// status or error, retry_after if there is one, outcome.
std::string line_of(const Dispatch& dispatch, const std::string& url, const Attempt& attempt, Outcome outcome,
                    std::optional<Timestamp> scheduled_at = std::nullopt);

/// What it came to, in a few words: "status 500", "timeout: no whole answer in time".
std::string result_of(const Attempt& attempt);

/// What can be done about an attempt that was not accepted, in a sentence; "" where nothing is known.
std::string remedy_of(const Attempt& attempt);

}  // namespace farehook
