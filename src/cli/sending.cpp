#include "cli/sending.hpp"

#include "http/http_carrier.hpp"

#include <poll.h>

#include <memory>
#include <thread>

namespace farehook {

namespace {

constexpr int interval_ms = 50;  ///< from one call of `meanwhile` to the next

}  // namespace

Sending::Sending(const SendingPlan& plan, Session& session, Terminal& terminal, Courier::Told told)
    : session_(session),
      terminal_(terminal),
      courier_(plan.courier, std::make_unique<HttpCarrier>(plan.sender, plan.courier.at_once),
               std::move(told)) {}

void Sending::run(const std::function<void()>& feed, const std::function<void()>& meanwhile) {
  {
    const std::jthread attendant([&](const std::stop_token& stop) { attend(stop, meanwhile); });
    feed();
    courier_.finish();
  }
  session_.signals.rest();
}

void Sending::attend(const std::stop_token& stop, const std::function<void()>& meanwhile) {
  const std::stop_callback wake(stop, [this] { session_.signals.wake(); });
  while (!stop.stop_requested()) {
    pollfd asked{session_.signals.descriptor(), POLLIN, 0};
    ::poll(&asked, 1, meanwhile ? interval_ms : -1);
    if (session_.signals.has_been_asked()) {
      terminal_.say("Finishing what is in the air; again to leave at once.");
      courier_.stop();
      return;
    }
    if (meanwhile) meanwhile();
  }
}

}  // namespace farehook
