#include "delivery/answer_plan.hpp"

#include <doctest/doctest.h>

using namespace farehook;
using namespace std::chrono_literals;

TEST_CASE("a plan is walked attempt by attempt, and stays at its last step") {
  const auto plan = parse_answer_plan("500x2,drop,hang:10s,204@2s,200");
  REQUIRE(plan);
  using Kind = AnswerStep::Kind;
  CHECK(*plan == AnswerPlan{{Kind::status, 500, 0ms},
                            {Kind::status, 500, 0ms},
                            {Kind::drop, 200, 0ms},
                            {Kind::hang, 200, 10s},
                            {Kind::status, 204, 2s},
                            {Kind::status, 200, 0ms}});
  CHECK(step_of(*plan, 1).status == 500);
  CHECK(step_of(*plan, 3).kind == Kind::drop);
  CHECK(step_of(*plan, 6).status == 200);
  CHECK(step_of(*plan, 60).status == 200);
}

TEST_CASE("what is no plan is refused") {
  for (const char* text : {"", ",", "500,", "600", "99", "2000", "abc", "500x", "500x0", "500x1001", "dropp",
                           "hang:", "hang:x", "200@", "200@x", "hang@2s", "x2", "-200"}) {
    CAPTURE(text);
    CHECK(!parse_answer_plan(text));
  }
  CHECK(parse_answer_plan("hang")->front().delay == 1h);
  CHECK(parse_answer_plan("dropx3")->size() == 3);
  CHECK(parse_answer_plan("drop@1s")->front().delay == 1s);
}
