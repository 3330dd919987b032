#pragma once

#include "delivery/carrier.hpp"
#include "http/outbound_connection.hpp"
#include "http/route.hpp"

#include <memory>
#include <vector>

namespace farehook {

/// Hands deliveries to one endpoint over HTTP, over as many kept connections as there are places, by the
/// thread that waits.
class HttpCarrier : public Carrier {
 public:
  /// Throws Error where the options can't be used.
  HttpCarrier(SenderOptions options, size_t places);
  ~HttpCarrier() override;

  void begin(size_t place, const Delivery& delivery) override;
  std::vector<Ended> wait(Clock::time_point until) override;
  void wake() override;

 private:
  struct Place {
    std::unique_ptr<OutboundConnection> connection;
    bool is_taken = false;
  };

  class Descriptor {
   public:
    explicit Descriptor(int number);
    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

   private:
    const int number_;
  };

  bool watch(int descriptor, uint64_t key, uint32_t events);
  void keep(size_t place, std::optional<Attempt> ended);
  void ring_at(Clock::time_point time);
  int patience() const;
  void go_on_with_those_due();

  Route route_;
  std::vector<Place> places_;
  const Descriptor epoll_, bell_, alarm_;  ///< the bell is rung by wake(), the alarm at a time
  Clock::time_point alarm_time_ = Clock::time_point::max();
  Clock::time_point next_due_ = Clock::time_point::max();  ///< no place waits for a time before it
  std::vector<Ended> ended_;
};

}  // namespace farehook
