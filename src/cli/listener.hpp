#pragma once

#include "cli/forwarder.hpp"
#include "cli/options.hpp"
#include "cli/redact_options.hpp"
#include "cli/session.hpp"
#include "delivery/answer_plan.hpp"
#include "http/receiver.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace farehook {

/// All that `listen` is told to do.
struct ListenPlan {
  ReceiverOptions receiver;
  std::optional<std::string> append;  ///< the file that records go to; none: standard output
  bool tee = false;
  bool sync = false;
  bool check = false;
  RedactOptions redact;
  AnswerPlan respond{AnswerStep{}};
  AnswerContent content;                   ///< of each answer of the plan
  std::set<std::string> only;              ///< the events that are recorded; empty: all
  std::optional<Forwarder::Plan> forward;  ///< where deliveries are relayed, instead of respond
  std::optional<uint64_t> count;
  std::optional<std::chrono::milliseconds> timeout;
  std::optional<std::string> ready_file;
  bool demo = false;
  DisplayOptions display;
};

/// Listens as the plan says, and returns an ExitStatus. Throws Error.
int listen(const ListenPlan& plan, Session& session);

}  // namespace farehook
