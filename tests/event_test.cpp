#include "booking/booking_memory.hpp"
#include "scratch_folder.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace farehook;
using nlohmann::json;

namespace {

json created() { return json::parse(content_of(FAREHOOK_FIXTURES "/life/created.json")); }

/// What a memory that has seen `before` calls `after`.
std::string event_after(const json& before, const json& after) {
  BookingMemory memory;
  memory.remember(facts_of(before.dump()), {});
  return std::string(to_string(memory.event(facts_of(after.dump()))));
}

std::string first_event(const std::string& body) {
  return std::string(to_string(BookingMemory().event(facts_of(body))));
}

}  // namespace

TEST_CASE("a body's facts are read") {
  const Facts facts = facts_of(content_of(FAREHOOK_FIXTURES "/life/rebooked-to.json"));
  CHECK(facts.shape == Facts::Shape::booking);
  CHECK(facts.uuid == "c83e7d19-05fa-4c62-b7d0-4e9a61b82f35");
  CHECK(facts.status == "booked");
  CHECK(facts.is_from_rebooking);
  CHECK(facts.display_id == "#353902614");
  CHECK(facts.total == "165.24");
  CHECK(facts.currency == "usd");
}

TEST_CASE("shape and status tell the first event of a booking") {
  const auto booking = [](const char* rest) {
    return std::string(R"({"booking":{"uuid":"u","status":)") + rest + "}}";
  };
  CHECK(first_event(booking(R"("booked","rebooked_from":null)")) == "booking.created");
  CHECK(first_event(booking(R"("booked","rebooked_from":"x")")) == "booking.rebooked");
  CHECK(first_event(booking(R"("rebooked")")) == "booking.rebooked");
  CHECK(first_event(booking(R"("cancelled")")) == "booking.cancelled");
  CHECK(first_event(booking(R"("no-show")")) == "booking.updated");
  CHECK(first_event(R"({"item":{"pk":1}})") == "item.updated");
  CHECK(first_event(R"({"booking":{"status":"booked"}})") == "unknown");
  CHECK(first_event(R"({"booking":[{"uuid":"u"}]})") == "unknown");
  CHECK(first_event(R"([{"booking":{"uuid":"u"}}])") == "unknown");
  CHECK(first_event(R"({"crew":{"uuid":"u"}})") == "unknown");
  CHECK(first_event("{}") == "unknown");
  CHECK(first_event("5") == "unknown");
  CHECK(first_event("not json") == "unknown");
}

TEST_CASE("a change to the contact alone is told from other changes") {
  json contact = created(), note = created(), both = created();
  contact["booking"]["contact"]["email"] = "new@example.com";
  note["booking"]["note"] = "bring a hat";
  both["booking"]["contact"]["email"] = "new@example.com";
  both["booking"]["note"] = "bring a hat";
  CHECK(event_after(created(), contact) == "booking.contact_updated");
  CHECK(event_after(created(), note) == "booking.updated");
  CHECK(event_after(created(), both) == "booking.updated");
}

TEST_CASE("capacities and eligibility move without a change") {
  json moved = created();
  moved["booking"]["availability"]["capacity"] = 1;
  moved["booking"]["availability"]["customer_type_rates"][0]["capacity"] = 1;
  moved["booking"]["customers"][0]["customer_type_rate"]["capacity"] = nullptr;
  moved["booking"]["is_eligible_for_cancellation"] = false;
  CHECK(event_after(created(), moved) == "booking.repeated");
  CHECK(event_after(created(), created()) == "booking.repeated");
}

TEST_CASE("the order of keys and the form of escapes and numbers make no difference") {
  BookingMemory memory;
  const auto body = [](const char* rest) {
    return R"({"booking":{"uuid":"u","status":"booked",)" + std::string(rest) + "}}";
  };
  const auto event = [&](const char* rest) { return to_string(memory.event(facts_of(body(rest)))); };
  memory.remember(facts_of(body(R"("a":"é","b":{"x":0,"y":[1,2]},"c":-5.0)")), {});
  CHECK(event(R"("c":-5,"b":{"y":[1,2],"x":0.0},"a":"\u00e9")") == "booking.repeated");
  CHECK(event(R"("c":-5,"b":{"y":[2,1],"x":0.0},"a":"\u00e9")") == "booking.updated");
  CHECK(event(R"("c":-5,"b":{"y":[1,2],"x":"0"},"a":"\u00e9")") == "booking.updated");
  CHECK(event(R"("c":-5,"b":{"y":[1],"x":0,"z":2},"a":"\u00e9")") == "booking.updated");
  CHECK(event(R"("a":"é","b":{"x":0,"y":[1,2]})") == "booking.updated");
}

TEST_CASE("every single member of a booking counts as a change") {
  const json before = created();
  size_t tried = 0;
  for (const auto& member : before["booking"].items()) {
    const std::string key = member.key();
    if (key == "uuid" || key == "status" || key == "contact" || key == "is_eligible_for_cancellation")
      continue;
    json after = before;
    after["booking"][key] = "something else";
    CHECK_MESSAGE(event_after(before, after) == "booking.updated", key);
    ++tried;
  }
  CHECK(tried > 25);
}

TEST_CASE("a status that changes is the event") {
  json cancelled = created(), rebooked = created();
  cancelled["booking"]["status"] = "cancelled";
  rebooked["booking"]["status"] = "rebooked";
  CHECK(event_after(created(), cancelled) == "booking.cancelled");
  CHECK(event_after(created(), rebooked) == "booking.rebooked");
  CHECK(event_after(cancelled, cancelled) == "booking.repeated");
  CHECK(event_after(cancelled, created()) == "booking.updated");
  json note = cancelled;
  note["booking"]["note"] = "x";
  CHECK(event_after(cancelled, note) == "booking.updated");
}
