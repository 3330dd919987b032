#include "booking/selection.hpp"

#include <doctest/doctest.h>

using namespace farehook;

namespace {

Record record() {
  Record each;
  each.delivery.id = "id-1";
  each.delivery.received_at = *from_rfc3339("2027-03-14T16:00:00Z");
  each.delivery.body = R"({"booking":{"pk":351048276,"uuid":"u-1","display_id":"#351048276"}})";
  each.event = "booking.created";
  each.booking = "u-1";
  return each;
}

}  // namespace

TEST_CASE("a record is selected by all that is asked of it") {
  CHECK(Selection{}.selects(record()));
  for (const char* booking : {"u-1", "351048276", "#351048276"}) {
    Selection selection;
    selection.booking = booking;
    CHECK(selection.selects(record()));
  }
  Selection other;
  other.booking = "35104827";
  CHECK(!other.selects(record()));
  Selection time;
  time.since = record().delivery.received_at;
  CHECK(time.selects(record()));
  time.until = record().delivery.received_at;
  CHECK(!time.selects(record()));
  Selection id;
  id.id = "id-2";
  CHECK(!id.selects(record()));
}

TEST_CASE("events are named with or without what is before their dot") {
  const auto events = parse_events("created,booking.cancelled,item.updated,unknown");
  REQUIRE(events);
  CHECK(*events == std::set<std::string>{"booking.created", "booking.cancelled", "item.updated", "unknown"});
  Selection selection;
  selection.events = *events;
  CHECK(selection.selects(record()));
  selection.events = {"booking.cancelled"};
  CHECK(!selection.selects(record()));
  for (const char* names : {"", "created,", "made", "item", "booking."}) CHECK(!parse_events(names));
}
