#include "cli/attempt_line.hpp"

#include <doctest/doctest.h>

using namespace farehook;

TEST_CASE("an attempt is one line of JSON, whatever stands in its parts") {
  Dispatch dispatch;
  dispatch.delivery.id = "a \"b\".json";
  dispatch.attempts = 2;
  Attempt attempt;
  attempt.started_at = *from_rfc3339("2027-03-14T16:00:00Z");
  attempt.duration = std::chrono::microseconds{1234};
  attempt.status = 429;
  attempt.retry_after = "120";
  CHECK(line_of(dispatch, "http://a/\xff", attempt, Outcome::retry, attempt.started_at) ==
        R"({"id":"a \"b\".json","attempt":2,"url":"http://a/?","scheduled_at":"2027-03-14T16:00:00.000000Z",)"
        R"("started_at":"2027-03-14T16:00:00.000000Z","duration_ms":1.234,"status":429,"retry_after":"120",)"
        R"("outcome":"retry"})"
        "\n");
  attempt.status.reset();
  attempt.retry_after.clear();
  attempt.error = "timeout";
  CHECK(line_of(dispatch, "http://a/", attempt, Outcome::failed) ==
        R"({"id":"a \"b\".json","attempt":2,"url":"http://a/","started_at":"2027-03-14T16:00:00.000000Z",)"
        R"("duration_ms":1.234,"error":"timeout","outcome":"failed"})"
        "\n");
}
