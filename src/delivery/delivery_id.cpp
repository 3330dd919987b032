#include "delivery/delivery_id.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>

namespace farehook {

namespace {

/// Milliseconds since 1970 in the upper 48 bits, 4096ths of one in the lower 12.
uint64_t tick_of(Timestamp moment) {
  const auto micros = static_cast<uint64_t>(moment.time_since_epoch().count());
  return (micros / 1000) << 12 | (micros % 1000) * 4096 / 1000;
}

/// Never the same twice.
uint64_t next_tick(uint64_t wanted) {
  static std::atomic<uint64_t> last{0};
  uint64_t before = last.load(std::memory_order_relaxed);
  uint64_t tick = 0;
  do {
    tick = std::max(wanted, before + 1);
  } while (!last.compare_exchange_weak(before, tick, std::memory_order_relaxed));
  return tick;
}

uint64_t random_bits() {
  thread_local std::mt19937_64 generator = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  return generator();
}

std::string uuid_of(uint64_t tick, uint64_t random) {
  const uint64_t tail = random >> 2 | uint64_t{2} << 62;  // variant 10
  char text[37];
  std::snprintf(text, sizeof text, "%08x-%04x-7%03x-%04x-%012llx", static_cast<unsigned>(tick >> 28),
                static_cast<unsigned>(tick >> 12 & 0xffff), static_cast<unsigned>(tick & 0xfff),
                static_cast<unsigned>(tail >> 48), static_cast<unsigned long long>(tail & 0xffffffffffff));
  return text;
}

}  // namespace

std::string new_delivery_id(Timestamp moment) { return uuid_of(next_tick(tick_of(moment)), random_bits()); }

SeededDeliveryIds::SeededDeliveryIds(uint64_t seed, Timestamp moment)
    : random_(seed), tick_(tick_of(moment)) {}

std::string SeededDeliveryIds::next() { return uuid_of(tick_++, random_()); }

}  // namespace farehook
