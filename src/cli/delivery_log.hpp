#pragma once

#include "booking/event.hpp"
#include "booking/finding.hpp"
#include "cli/terminal.hpp"
#include "delivery/record.hpp"
#include "http/receiver.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <system_error>

namespace farehook {

/// What people see of a listener at work: one line a delivery (time, answer, event, booking, amount,
/// size), what a check found in it, and a summary at the end. Safe from any thread.
class DeliveryLog {
 public:
  explicit DeliveryLog(Terminal& terminal) : terminal_(terminal) {}

  void stored(const Record& record, const Facts& facts, const Findings& findings);
  void not_stored(const Delivery& delivery, const std::string& where, std::error_code error);
  void not_copied(const Delivery& delivery, const std::string& where, std::error_code error);
  void refused(const RefusedRequest& request);

  void summary(const std::string& where);

 private:
  Terminal& terminal_;
  std::atomic<uint64_t> stored_{0}, retries_{0}, not_stored_{0}, refused_{0}, with_errors_{0};
};

}  // namespace farehook
