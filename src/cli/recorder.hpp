#pragma once

#include "booking/facts.hpp"
#include "booking/finding.hpp"
#include "booking/redaction.hpp"
#include "cli/delivery_log.hpp"
#include "cli/delivery_memory.hpp"
#include "delivery/answer_plan.hpp"
#include "delivery/attempt.hpp"
#include "delivery/journal.hpp"
#include "delivery/record.hpp"
#include "http/receiver.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace farehook {

/// Turns deliveries into records and keeps the promise: an acknowledgement means stored. The line is in the
/// journal before the sender is answered; if it can't be written, the answer is 503. Within one process the
/// lines stand in the order of their ids and times, but for those that an app answers meanwhile. Deliveries
/// that come at the same time are written in one piece.
class Recorder {
 public:
  /// How a record's sender is answered.
  using Respond = std::function<AnswerStep(const Record&)>;
  /// Hands a delivery to the app, and returns what came of it. Called from many threads at once.
  using Relay = std::function<Attempt(const Delivery&)>;

  struct Plan {
    Respond respond;
    Relay relay;  ///< none: respond answers
    /// What it makes of a delivery is recorded; what came goes to the app only.
    std::shared_ptr<const Redaction> redaction;
    std::set<std::string> only;     ///< the events that are recorded; the rest gets 200. Empty: all
    bool check = false;             ///< what is found in a body stands in its record
    std::optional<uint64_t> count;  ///< how many deliveries are stored; the others get 503
    std::function<void()> ended;    ///< called when has_ended() comes true
    Credentials credentials = Credentials::redact;
    AnswerContent content{};  ///< of each answer of a stored delivery
  };

  /// `copy`, if there is one, gets each line too, once it is in the journal.
  Recorder(Journal& journal, Journal* copy, Plan plan, DeliveryLog& log);

  /// Takes a record of an earlier run, and where in the journal it stands, into the memory that tells created
  /// from updated, and attempts.
  void remember(Record record, const Place& place);

  /// An answer to each, in their order. Safe from any number of threads.
  std::vector<Answer> take(std::vector<Delivery> deliveries);

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
  /// A delivery on its way into the journal.
  struct Intake {
    Record record;
    Delivery for_app;  ///< as it came, where there is an app
    Facts facts;
    Findings findings;
    AnswerStep answer;
    DeliveryMemory::Trace trace;
    std::string line;
    std::string refusal{};  ///< why it is not taken; empty: it is
    bool is_passed_over = false;
    std::error_code error{};  ///< it could not be stored
    uint64_t ticket = 0;      ///< of the journal, once it is written
  };
  /// What is written in one piece.
  using Batch = std::vector<Intake*>;

  void redact(Record& record) const;
  Intake examined(Delivery delivery) const;
  void note(Intake& intake, Batch& batch, std::unique_lock<std::mutex>& lock);
  bool may_join(const Intake& intake, const Batch& batch) const;
  std::string reason_to_refuse(size_t under_way) const;
  void classify(Intake& intake);
  void pass_over(Intake& intake);
  void relay(Intake& intake, std::unique_lock<std::mutex>& lock);
  void store(Batch& batch);
  std::error_code write(const Batch& batch);
  void take_back(Intake& intake, std::error_code error);
  void copy(const Record& record, const std::string& line);
  void sync(Intake& intake);
  Answer conclude(Intake& intake);

  Journal& journal_;
  Journal* copy_;
  const Plan plan_;
  DeliveryLog& log_;

  std::mutex mutex_;
  DeliveryMemory memory_;
  uint64_t at_the_app_ = 0;
  uint64_t on_the_way_to_disk_ = 0;  ///< written, and not known to be on the disk

  // Written with the lock held, read without it.
  std::atomic<uint64_t> stored_{0};
  std::atomic<bool> has_lost_its_reader_{false}, has_failed_copy_{false}, is_failing_{false};
};

}  // namespace farehook
