#pragma once

#include "cli/record_source.hpp"
#include "cli/session.hpp"
#include "cli/simulation_plan.hpp"
#include "delivery/delivery_id.hpp"

#include <functional>

namespace farehook {

/// When virtual time begins: the same run has the same times.
inline constexpr Timestamp virtual_start{
    std::chrono::sys_days{std::chrono::year{2027} / 3 / 1}.time_since_epoch()};

/// The webhooks that a simulation sends, in order: of invented bookings, or of inputs.
class WebhookSource {
 public:
  /// A webhook, and when it is due after the start. First attempts of one story keep their order. Returns
  /// whether more is wanted.
  struct Webhook {
    Record record;
    std::chrono::nanoseconds due;
    std::string story;
  };
  using Take = std::function<bool(Webhook)>;

  WebhookSource(const SimulationPlan& plan, Session& session)
      : plan_(plan), session_(session), dice_(~plan.seed), ids_(plan.seed, virtual_start) {}

  /// Hands on all of them. What can't be read is told to `complain`. The same plan gives the same ids,
  /// whether it is sent or printed.
  void each(const Take& take, const std::function<void(const std::string&)>& complain);

 private:
  struct Held {
    Webhook webhook;
    bool twice;
  };

  bool invent(const Take& take);
  bool is_configured(const std::string& event) const;
  bool send(Webhook webhook, const Take& take);
  bool let_go(const Take& take);
  bool hand_on(Webhook webhook, bool twice, const Take& take);
  bool hand_on(Webhook webhook, const Take& take);
  Record record_of(const ScenarioStep& step);
  bool happens(double share) {
    return share > 0 && static_cast<double>(dice_.from(0, 999'999)) < share * 1e6;
  }

  const SimulationPlan& plan_;
  Session& session_;
  Dice dice_;
  SeededDeliveryIds ids_;
  std::optional<Held> held_;  ///< to go behind the next one: --reorder
};

}  // namespace farehook
