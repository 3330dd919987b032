#include "booking/scenario.hpp"

#include "booking/event.hpp"
#include "scratch_folder.hpp"

#include <doctest/doctest.h>

using namespace farehook;

TEST_CASE("a booking's life is that of the fixtures and tells its events") {
  const std::pair<const char*, const char*> expected[] = {{"created", "booking.created"},
                                                          {"updated", "booking.updated"},
                                                          {"rebooked-from", "booking.rebooked"},
                                                          {"rebooked-to", "booking.rebooked"},
                                                          {"cancelled", "booking.cancelled"}};
  const auto life = booking_life();
  REQUIRE(life.size() == std::size(expected));
  BookingMemory memory;
  for (size_t i = 0; i < life.size(); ++i) {
    CHECK(life[i].body == content_of(std::string(FAREHOOK_FIXTURES "/life/") + expected[i].first + ".json"));
    const Facts facts = facts_of(life[i].body);
    CHECK(to_string(memory.event(facts)) == expected[i].second);
    memory.remember(facts);
  }
}
