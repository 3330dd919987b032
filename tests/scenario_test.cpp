#include "booking/scenario.hpp"

#include "booking/booking_memory.hpp"
#include "booking/validation.hpp"
#include "booking/webhook.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace farehook;

namespace {

constexpr PayloadType types[] = {PayloadType::bookings, PayloadType::bookings_with_payments,
                                 PayloadType::bookings_optimized,
                                 PayloadType::bookings_optimized_with_payments, PayloadType::item};

}  // namespace

TEST_CASE("what is invented is what FareHarbor sends, in every data type") {
  std::set<Scenario> told;
  for (uint64_t seed = 0; seed < 10'000; ++seed) {
    const auto scenario = static_cast<Scenario>(seed % scenario_count);
    const PayloadType type = types[seed / scenario_count % payload_type_count];
    for (const ScenarioStep& step : story(scenario, seed)) {
      const bool is_item = step.event == Event::item_updated || type == PayloadType::item;
      const PayloadType sent = is_item ? PayloadType::item : type;
      const std::string body = webhook_of(step.booking, sent);
      const Findings findings = Validator(sent).check(body);
      for (const Finding& finding : findings.listed)
        FAIL_CHECK(seed, " ", finding.pointer, " ", finding.message);
      REQUIRE(findings.listed.empty());
    }
    told.insert(scenario);
  }
  CHECK(told.size() == scenario_count);
}

TEST_CASE("each step is the event that it is said to be") {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    BookingMemory memory;
    for (const ScenarioStep& step : story(static_cast<Scenario>(seed % scenario_count), seed)) {
      const bool is_item = step.event == Event::item_updated;
      const Facts facts = facts_of(
          webhook_of(step.booking, is_item ? PayloadType::item : PayloadType::bookings_with_payments));
      CAPTURE(seed);
      CAPTURE(step.what);
      CHECK(to_string(memory.event(facts)) == to_string(step.event));
      memory.remember(facts, {});
    }
  }
}

TEST_CASE("the same seed tells the same story, another another") {
  const auto text = [](uint64_t seed) {
    std::string all;
    for (const ScenarioStep& step : story(Scenario::lifecycle, seed))
      all += webhook_of(step.booking, PayloadType::bookings_with_payments);
    return all;
  };
  CHECK(text(5) == text(5));
  CHECK(text(5) != text(6));
}

TEST_CASE("a lifecycle has a creation, both halves of a rebooking and a cancellation") {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    std::multiset<Event> events;
    for (const ScenarioStep& step : story(Scenario::lifecycle, seed)) events.insert(step.event);
    CHECK(events.count(Event::booking_created) == 1);
    CHECK(events.count(Event::booking_rebooked) == 2);
    CHECK(events.count(Event::booking_cancelled) == 1);
  }
}

TEST_CASE("scenarios are named as on the command line") {
  for (size_t index = 0; index < scenario_count; ++index)
    CHECK(scenario_named(to_string(static_cast<Scenario>(index))) == static_cast<Scenario>(index));
  CHECK(!scenario_named("none"));
}
