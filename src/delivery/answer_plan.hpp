#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace farehook {

/// How a receiver answers on purpose, attempt by attempt: each delivery walks the plan by itself, and stays
/// at its last step.
struct AnswerStep {
  enum class Kind { status, drop, hang };
  Kind kind = Kind::status;
  int status = 200;
  std::chrono::milliseconds delay{0};  ///< before the answer; for hang, how long nothing is answered

  bool operator==(const AnswerStep&) const = default;
};
using AnswerPlan = std::vector<AnswerStep>;

/// "500x2,drop,hang:10s,204@2s,200"; a bare hang lasts an hour. Nothing if the text is no such plan.
std::optional<AnswerPlan> parse_answer_plan(std::string_view text);

/// The step for the Nth attempt, from 1.
inline const AnswerStep& step_of(const AnswerPlan& plan, int attempt) {
  const auto index = static_cast<size_t>(attempt < 1 ? 0 : attempt - 1);
  return plan[index < plan.size() ? index : plan.size() - 1];
}

}  // namespace farehook
