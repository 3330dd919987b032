#pragma once

#include "booking/facts.hpp"
#include "booking/finding.hpp"
#include "cli/terminal.hpp"
#include "delivery/attempt.hpp"
#include "delivery/record.hpp"
#include "http/receiver.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <system_error>

namespace farehook {

/// What people see of a listener at work: one line a delivery (time, answer, event, booking, amount,
/// customers, size), what a check found in it, what keeps the app behind it from answering, and a summary at
/// the end. Safe from any thread.
class DeliveryLog {
 public:
  /// `app` is where deliveries are relayed; "" for nowhere.
  DeliveryLog(Terminal& terminal, std::string app) : terminal_(terminal), app_(std::move(app)) {}

  void stored(const Record& record, const Facts& facts, const Findings& findings);
  /// Of an event that is not recorded.
  void passed_over(const Record& record, const Facts& facts);
  void relayed(const Attempt& attempt);
  void not_stored(const Delivery& delivery, const std::string& where, std::error_code error);
  void not_copied(const Delivery& delivery, const std::string& where, std::error_code error);
  void refused(const RefusedRequest& request);

  void summary(const std::string& where);

 private:
  std::string line_of(const Record& record, const Facts& facts) const;

  Terminal& terminal_;
  const std::string app_;
  std::atomic<uint64_t> retries_{0}, not_stored_{0}, passed_over_{0}, refused_{0}, with_errors_{0};
  std::mutex mutex_;
  std::map<std::string, uint64_t> stored_;  ///< by event
  std::set<std::string> app_troubles_;      ///< what was told of the app since it answered last
};

}  // namespace farehook
