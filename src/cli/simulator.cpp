#include "cli/simulator.hpp"

#include "cli/attempt_line.hpp"
#include "cli/delivery_memory.hpp"
#include "cli/exit_status.hpp"
#include "cli/json_finding.hpp"
#include "cli/output.hpp"
#include "cli/timeline.hpp"
#include "cli/webhook_source.hpp"
#include "delivery/end_to_end.hpp"
#include "delivery/error.hpp"
#include "delivery/virtual_courier.hpp"

#include <exception>
#include <mutex>

namespace farehook {

namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

class Simulator {
 public:
  Simulator(const SimulationPlan& plan, Session& session)
      : plan_(plan),
        session_(session),
        terminal_(session.err, plan.display.color, plan.display.quiet),
        output_(session.out),
        timeline_(terminal_, retries()),
        start_(plan.sending.has_endpoint() ? now() : virtual_start) {}

  int run() {
    if (plan_.print) return print();
    if (plan_.sending.has_endpoint())
      send_for_real();
    else
      pass_in_virtual_time();
    if (failure_) std::rethrow_exception(failure_);
    if (output_.has_lost_its_reader()) return status();
    complain_of_nothing("sent");
    if (sent_ > 0) timeline_.summarize(sent_ - timeline_.finished());
    if (session_.signals.has_been_asked()) return exit_signal_base + session_.signals.stop_signal();
    return status();
  }

 private:
  /// FareHarbor's minute, as fast as the clock goes.
  milliseconds interval() const {
    const milliseconds given = plan_.sending.courier.retry.interval;
    return plan_.sending.has_endpoint() ? faster(given) : given;
  }
  milliseconds faster(nanoseconds time) const {
    constexpr auto most = duration_cast<milliseconds>(latest_due);
    const double ms = std::chrono::duration<double, std::milli>(time).count() / plan_.speed;
    return ms < static_cast<double>(most.count()) ? milliseconds(static_cast<int64_t>(ms)) : most;
  }
  /// From a delivery's first attempt to its last.
  nanoseconds retries() const {
    return std::min(interval() * plan_.sending.courier.retry.max_retries,
                    duration_cast<milliseconds>(latest_due));
  }

  void complain(const std::string& what) {
    terminal_.complain(what);
    ++not_read_;
  }

  void complain_of_nothing(const std::string& done) {
    if (sent_ == 0 && not_read_ == 0 && !session_.signals.has_been_asked())
      complain("nothing was " + done + ": no webhook is wanted by --configured");
  }

  void each(const WebhookSource::Take& take) {
    WebhookSource(plan_, session_)
        .each(
            [&](WebhookSource::Webhook webhook) {
              return !session_.signals.has_been_asked() && !output_.has_lost_its_reader() &&
                     take(std::move(webhook));
            },
            [this](const std::string& what) { complain(what); });
  }

  int print() {
    DeliveryMemory memory;
    each([&](WebhookSource::Webhook webhook) {
      Record& record = webhook.record;
      record.delivery.received_at = start_ + duration_cast<microseconds>(webhook.due);
      // The story knows better than the memory what a first attempt is of.
      const std::string event = record.event;
      const auto trace = memory.note(record, facts_of(record.delivery.body));
      if (!record.duplicate_of) record.event = event;
      record.response_status = 200;
      memory.answered(record);
      memory.keep(trace, record.delivery.body);
      output_.write(to_line(record));
      ++sent_;
      return true;
    });
    complain_of_nothing("printed");
    if (session_.signals.has_been_asked()) return exit_signal_base + session_.signals.stop_signal();
    return not_read_ > 0 ? exit_could_not : exit_good;
  }

  Dispatch dispatch_of(WebhookSource::Webhook webhook) {
    Dispatch dispatch;
    dispatch.number = sent_++;
    dispatch.order_key = std::move(webhook.story);
    dispatch.due = webhook.due;
    dispatch.delivery = std::move(webhook.record.delivery);
    dispatch.source = webhook.record.event;
    return dispatch;
  }

  void pass_in_virtual_time() {
    VirtualCourier courier(
        plan_.sending.courier.retry, start_,
        [this](const Dispatch& dispatch, nanoseconds at) { return answer(dispatch.attempts, at); },
        [this](const Dispatch& dispatch, const Attempt& attempt, Outcome outcome) {
          told(dispatch, attempt, outcome);
        });
    each([&](WebhookSource::Webhook webhook) {
      courier.send(dispatch_of(std::move(webhook)));
      return !failure_;
    });
    if (!session_.signals.has_been_asked() && !failure_ && !output_.has_lost_its_reader()) courier.finish();
  }

  /// What the embedded receiver answers.
  Attempt answer(int attempt_number, nanoseconds at) const {
    Attempt attempt;
    if (plan_.outage && at >= plan_.outage->first && at < plan_.outage->second) {
      attempt.error = "refused";
      return attempt;
    }
    const AnswerStep& step = step_of(plan_.answers, attempt_number);
    const milliseconds timeout = plan_.sending.sender.timeout;
    attempt.duration = std::min(step.delay, timeout);
    if (step.delay > timeout)
      attempt.error = "timeout";
    else if (step.kind == AnswerStep::Kind::status)
      attempt.status = step.status;
    else
      attempt.error = "closed";
    return attempt;
  }

  void send_for_real() {
    SendingPlan sending = plan_.sending;
    sending.courier.retry.interval = interval();
    sending_.emplace(sending, session_, terminal_,
                     [this](const Dispatch& dispatch, const Attempt& attempt, Outcome outcome) {
                       told(dispatch, attempt, outcome);
                     });
    sending_->run([&] {
      each([&](WebhookSource::Webhook webhook) {
        webhook.due = faster(webhook.due);
        Dispatch dispatch = dispatch_of(std::move(webhook));
        dispatch.delivery =
            addressed_to(sending.sender.endpoint, std::move(dispatch.delivery), false, sending.headers);
        return sending_->send(std::move(dispatch));
      });
    });
  }

  /// Called one at a time.
  void told(const Dispatch& dispatch, const Attempt& attempt, Outcome outcome) {
    const std::lock_guard lock(mutex_);
    try {
      const Timestamp scheduled_at = start_ + duration_cast<microseconds>(dispatch.scheduled);
      const std::string url =
          plan_.sending.has_endpoint() ? plan_.sending.sender.endpoint.shown_url() : "embedded";
      std::string lines = line_of(dispatch, url, attempt, outcome, scheduled_at);
      const nanoseconds took = timeline_.attempted(dispatch, attempt, outcome);
      if (outcome != Outcome::retry) lines += line_of_delivery(dispatch, attempt, outcome, took);
      output_.write(lines);
    } catch (const Error&) {
      if (!failure_) failure_ = std::current_exception();
    }
    if ((failure_ || output_.has_lost_its_reader()) && sending_) sending_->stop();
  }

  static std::string line_of_delivery(const Dispatch& dispatch, const Attempt& last, Outcome outcome,
                                      nanoseconds took) {
    nlohmann::ordered_json line{
        {"id", dispatch.delivery.id},
        {"event", dispatch.source},
        {"outcome", outcome == Outcome::accepted ? "delivered" : "lost"},
        {"attempts", dispatch.attempts},
        {"duration_s", std::chrono::duration<double>(duration_cast<milliseconds>(took)).count()}};
    if (last.status)
      line["status"] = *last.status;
    else
      line["error"] = last.error;
    return dump(line) + "\n";
  }

  int status() const {
    if (not_read_ > 0) return exit_could_not;
    return timeline_.lost() > 0 ? exit_not_so : exit_good;
  }

  const SimulationPlan& plan_;
  Session& session_;
  Terminal terminal_;
  Output output_;
  Timeline timeline_;
  const Timestamp start_;
  uint64_t sent_ = 0, not_read_ = 0;
  std::mutex mutex_;
  std::exception_ptr failure_;
  std::optional<Sending> sending_;
};

}  // namespace

int simulate(const SimulationPlan& plan, Session& session) { return Simulator(plan, session).run(); }

}  // namespace farehook
