#include "cli/forwarder.hpp"

#include "delivery/end_to_end.hpp"

namespace farehook {

Forwarder::Forwarder(Plan plan) : plan_(std::move(plan)), route_(plan_.sender) {}

Attempt Forwarder::relay(Delivery delivery) {
  std::unique_ptr<Sender> sender;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      sender = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!delivery.path.starts_with('/'))
    delivery.path = '/' + delivery.path;  // taken, but not to be passed on so
  if (!delivery.secret_query.empty()) delivery.query = std::move(delivery.secret_query);
  if (!sender) sender = std::make_unique<Sender>(route_);
  Attempt attempt =
      sender->send(addressed_to(plan_.sender.endpoint, std::move(delivery), plan_.keeps_path, plan_.headers));
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(sender));
  return attempt;
}

}  // namespace farehook
