#include "delivery/answer_plan.hpp"

#include "delivery/quantity.hpp"

namespace farehook {

namespace {

constexpr std::chrono::hours longest_hang{1};
constexpr uint64_t max_repetitions = 1000;

std::optional<AnswerStep> parse_step(std::string_view text) {
  AnswerStep step;
  if (const size_t at = text.find('@'); at != std::string_view::npos) {
    const auto delay = parse_duration(text.substr(at + 1));
    if (!delay) return std::nullopt;
    step.delay = *delay;
    text = text.substr(0, at);
  }
  if (text == "drop") {
    step.kind = AnswerStep::Kind::drop;
    return step;
  }
  if (text == "hang" || text.starts_with("hang:")) {
    step.kind = AnswerStep::Kind::hang;
    const auto duration = text == "hang" ? std::optional<std::chrono::milliseconds>(longest_hang)
                                         : parse_duration(text.substr(5));
    if (!duration || step.delay.count() > 0) return std::nullopt;
    step.delay = *duration;
    return step;
  }
  const auto status = parse_count(text);
  if (text.size() != 3 || !status || *status < 200 || *status > 599) return std::nullopt;
  step.status = static_cast<int>(*status);
  return step;
}

}  // namespace

std::optional<AnswerPlan> parse_answer_plan(std::string_view text) {
  AnswerPlan plan;
  for (;;) {
    std::string_view each = text.substr(0, text.find(','));
    text.remove_prefix(std::min(each.size() + 1, text.size()));
    const bool is_last = each.data() + each.size() == text.data() + text.size();
    uint64_t times = 1;
    if (const size_t x = each.rfind('x'); x != std::string_view::npos && x > 0) {
      const auto count = parse_count(each.substr(x + 1));
      if (!count || *count < 1 || *count > max_repetitions) return std::nullopt;
      times = *count;
      each = each.substr(0, x);
    }
    const auto step = parse_step(each);
    if (!step || plan.size() + times > max_repetitions) return std::nullopt;
    plan.insert(plan.end(), times, *step);
    if (is_last) return plan;
  }
}

}  // namespace farehook
