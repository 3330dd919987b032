#pragma once

#include "booking/event.hpp"
#include "cli/delivery_log.hpp"
#include "delivery/answer_plan.hpp"
#include "delivery/journal.hpp"
#include "delivery/recent_bodies.hpp"
#include "delivery/record.hpp"
#include "http/receiver.hpp"

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace farehook {

/// Turns deliveries into records and keeps the promise: an acknowledgement means stored. The line is in the
/// journal before the sender is answered; if it can't be written, the answer is 503. Within one process the
/// lines stand in the order of their ids and times.
class Recorder {
 public:
  /// How a record's sender is answered.
  using Respond = std::function<AnswerStep(const Record&)>;

  struct Plan {
    Respond respond;
    bool check = false;             ///< what is found in a body stands in its record
    std::optional<uint64_t> count;  ///< how many deliveries are stored; the others get 503
    std::function<void()> ended;    ///< called when has_ended() comes true
  };

  /// `copy`, if there is one, gets each line too, once it is in the journal.
  Recorder(Journal& journal, Journal* copy, Plan plan, DeliveryLog& log)
      : journal_(journal), copy_(copy), plan_(std::move(plan)), log_(log) {}

  /// Takes a record of an earlier run into the memory that tells created from updated, and attempts.
  void remember(const Record& record);

  /// Safe from any number of threads.
  Answer take(Delivery delivery);

  /// Opens the journal's file anew.
  std::error_code reopen();

  /// Whether there is nothing more to do: the count is reached, or a reader that took the records has gone
  /// (the journal or its copy is a closed pipe).
  bool has_ended() const;
  /// Whether as many deliveries as were asked for are stored.
  bool has_count() const;
  /// Whether the last delivery could not be stored, or one could not be copied.
  bool is_failing() const;

 private:
  std::error_code store(Record& record, const Facts& facts, uint64_t& ticket, AnswerStep& answer);
  void classify(Record& record, const Facts& facts) const;
  void copy(const Record& record, const std::string& line);
  bool ends() const;

  Journal& journal_;
  Journal* copy_;
  const Plan plan_;
  DeliveryLog& log_;

  mutable std::mutex mutex_;
  BookingMemory bookings_;
  RecentBodies recent_bodies_;
  uint64_t stored_ = 0;
  bool has_lost_its_reader_ = false;
  bool is_failing_ = false;
  bool has_failed_copy_ = false;
};

}  // namespace farehook
