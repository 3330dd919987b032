#include "http/sender.hpp"

#include <poll.h>

#include <algorithm>

namespace farehook {

Attempt Sender::send(const Delivery& delivery) {
  using std::chrono::milliseconds;
  auto attempt = connection_.begin(delivery);
  while (!attempt) {
    pollfd asked{connection_.socket(), POLLIN, 0};
    if (connection_.waits_for_output()) asked.events |= POLLOUT;
    const auto left =
        std::chrono::ceil<milliseconds>(connection_.waits_until() - OutboundConnection::Clock::now());
    ::poll(&asked, 1, static_cast<int>(std::clamp<milliseconds::rep>(left.count(), 0, 60'000)));
    attempt = connection_.go_on();
  }
  return std::move(*attempt);
}

}  // namespace farehook
