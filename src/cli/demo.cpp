#include "cli/demo.hpp"

#include "booking/event.hpp"
#include "booking/scenario.hpp"
#include "booking/webhook.hpp"
#include "delivery/status_set.hpp"
#include "http/sender.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace farehook {

using namespace std::chrono_literals;

namespace {

constexpr auto pause_between_steps = 300ms;
constexpr auto pause_before_retry = 1s;
constexpr uint64_t seed = 11;

/// Returns early when asked to stop.
void pause(const std::stop_token& stop, std::chrono::milliseconds duration) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, duration, [] { return false; });
}

}  // namespace

AnswerStep Demo::response(const Record& record) {
  AnswerStep answer;
  if (record.event == to_string(Event::booking_cancelled) && record.attempt == 1) answer.status = 500;
  return answer;
}

Demo::Demo(const std::string& host, int port, Terminal& terminal, std::function<void()> ended)
    : terminal_(terminal), ended_(std::move(ended)), thread_([this, host, port](const std::stop_token& stop) {
        send(stop, host, port);
        has_ended_ = true;
        ended_();
      }) {}

void Demo::send(const std::stop_token& stop, const std::string& host, int port) {
  SenderOptions options;
  options.endpoint.host = host;
  options.endpoint.port = port;
  Route route(options);
  Sender sender(route);
  Delivery delivery;
  delivery.method = "POST";
  delivery.path = "/webhooks/fareharbor";
  delivery.headers = {{"content-type", "application/json"}, {"user-agent", "farehook"}};
  for (const ScenarioStep& step : story(Scenario::lifecycle, seed)) {
    pause(stop, pause_between_steps);
    if (stop.stop_requested()) return;
    terminal_.say(terminal_.paint(Terminal::Color::dim, std::string("          ") + std::string(step.what)));
    for (int attempt = 0; attempt <= max_retries && !stop.stop_requested(); ++attempt) {
      if (attempt > 0) {
        terminal_.say(terminal_.paint(Terminal::Color::dim,
                                      "          not accepted: tried again in 1 s (FareHarbor waits 60 s)"));
        pause(stop, pause_before_retry);
      }
      delivery.body = webhook_of(step.booking, PayloadType::bookings_with_payments);
      if (StatusSet::success().holds(sender.send(delivery))) break;
    }
  }
}

}  // namespace farehook
