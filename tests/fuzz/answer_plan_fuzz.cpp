// Any text as a plan of answers (--respond, --answers): a plan that can be walked, or none.

#include "delivery/answer_plan.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace farehook;

namespace {

std::string text_of(const AnswerStep& step) {
  const std::string delay = std::to_string(step.delay.count()) + "ms";
  if (step.kind == AnswerStep::Kind::hang) return "hang:" + delay;
  return (step.kind == AnswerStep::Kind::drop ? "drop" : std::to_string(step.status)) + "@" + delay;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto plan = parse_answer_plan(text);
  if (!plan) return 0;
  if (plan->empty() || plan->size() > 1000) std::abort();
  std::string written;
  for (const AnswerStep& step : *plan) {
    if (step.status < 200 || step.status > 599 || step.delay.count() < 0) std::abort();
    written += (written.empty() ? "" : ",") + text_of(step);
  }
  if (parse_answer_plan(written) != plan) std::abort();
  if (!(step_of(*plan, 1) == plan->front()) || !(step_of(*plan, 5000) == plan->back())) std::abort();
  return 0;
}
