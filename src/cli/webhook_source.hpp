#pragma once

#include "cli/record_source.hpp"
#include "cli/session.hpp"
#include "cli/simulator.hpp"

#include <functional>

namespace farehook {

/// The webhooks that a simulation sends, in order: of invented bookings, or of inputs.
class WebhookSource {
 public:
  /// A webhook, and when it is due after the start. Those of one story are sent first in their order. Returns
  /// whether more is wanted.
  struct Webhook {
    Record record;
    std::chrono::nanoseconds due;
    std::string story;
  };
  using Take = std::function<bool(Webhook)>;

  WebhookSource(const SimulationPlan& plan, Session& session)
      : plan_(plan), session_(session), dice_(~plan.seed) {}

  /// Hands on all of them. What can't be read is told to `complain`.
  void each(const Take& take, const std::function<void(const std::string&)>& complain);

 private:
  bool invent(const Take& take);
  bool is_configured(const std::string& event) const;
  bool send(Webhook webhook, const Take& take);
  Record record_of(const ScenarioStep& step);
  bool happens(double share) {
    return share > 0 && static_cast<double>(dice_.from(0, 999'999)) < share * 1e6;
  }

  const SimulationPlan& plan_;
  Session& session_;
  Dice dice_;
  std::optional<Webhook> held_;  ///< to go behind the next one: --reorder
};

}  // namespace farehook
