#include "cli/timeline.hpp"

#include "booking/event.hpp"
#include "cli/wording.hpp"

#include <algorithm>
#include <cstdio>

namespace farehook {

using std::chrono::nanoseconds;

namespace {

/// At most so many deliveries are drawn, the second half only of what did not go well.
constexpr uint64_t max_drawn = 40;

std::string spoken(nanoseconds time) {
  using namespace std::chrono;
  if (time > 0s && time < 1s) return in_words(duration_cast<microseconds>(time));
  char text[32];
  std::snprintf(text, sizeof text, "%.4g s", std::chrono::duration<double>(time).count());
  return text;
}

/// What stands beside it takes 68 columns, as long as the attempts came to few different results; the last
/// one stays free.
size_t axis_columns(size_t terminal_columns) {
  constexpr size_t beside = 69, least = 11, most = 37;
  return std::clamp(terminal_columns, beside + least, beside + most) - beside;
}

/// "500 x 2, 200".
std::string in_a_row(const std::vector<std::string>& results) {
  std::string text;
  for (auto at = results.begin(); at != results.end();) {
    const auto end = std::find_if(at, results.end(), [&](const std::string& each) { return each != *at; });
    text += (text.empty() ? "" : ", ") + *at + (end - at > 1 ? " x " + std::to_string(end - at) : "");
    at = end;
  }
  return text;
}

}  // namespace

Timeline::Timeline(Terminal& terminal, nanoseconds axis)
    : terminal_(terminal), axis_(axis), axis_columns_(axis_columns(terminal.columns())) {}

nanoseconds Timeline::attempted(const Dispatch& dispatch, const Attempt& attempt, Outcome outcome) {
  ++attempts_;
  auto& marks = open_[dispatch.number];
  const std::string result = attempt.status ? std::to_string(*attempt.status) : attempt.error;
  marks.push_back({dispatch.scheduled, result, outcome == Outcome::accepted});
  const nanoseconds took = dispatch.scheduled - marks.front().at + attempt.duration;
  if (outcome == Outcome::retry) return took;
  if (outcome == Outcome::accepted) {
    ++delivered_;
    if (marks.size() > 1) ++late_;
  } else {
    ++lost_;
    ++reasons_[result];
  }
  draw(dispatch, marks, outcome, took);
  open_.erase(dispatch.number);
  return took;
}

void Timeline::draw(const Dispatch& dispatch, const std::vector<Mark>& marks, Outcome outcome,
                    nanoseconds took) {
  const bool went_well = outcome == Outcome::accepted && marks.size() == 1;
  if (drawn_ >= (went_well ? max_drawn / 2 : max_drawn)) return;
  ++drawn_;
  std::string axis(axis_columns_, ' ');
  size_t last = 0;
  for (const Mark& mark : marks) {
    const double share = axis_.count() > 0 ? static_cast<double>((mark.at - marks.front().at).count()) /
                                                 static_cast<double>(axis_.count())
                                           : 0;
    const auto column =
        static_cast<size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(axis_columns_ - 1));
    for (size_t between = last + 1; between < column; ++between) axis[between] = '-';
    axis[column] = mark.is_accepted ? 'o' : 'x';
    last = column;
  }
  std::vector<std::string> results;
  results.reserve(marks.size());
  for (const Mark& mark : marks) results.push_back(mark.result);
  const bool delivered = outcome == Outcome::accepted;
  terminal_.say(terminal_.fitted("  " + padded(printable(short_name(dispatch.source)), 16) + axis + " " +
                                 terminal_.paint(delivered ? Terminal::Color::green : Terminal::Color::red,
                                                 delivered ? "delivered" : "lost") +
                                 " after " + spoken(took) + " (" + in_a_row(results) + ")"));
}

void Timeline::summarize(uint64_t dropped) {
  std::string text = counted(finished(), "delivery", "deliveries") + ": " +
                     terminal_.paint(delivered_ > 0 ? Terminal::Color::green : Terminal::Color::none,
                                     std::to_string(delivered_) + " delivered");
  if (late_ > 0) text += ", " + std::to_string(late_) + " of them late";
  text += ", " + terminal_.paint(lost_ > 0 ? Terminal::Color::red : Terminal::Color::none,
                                 std::to_string(lost_) + " lost");
  if (lost_ > 0) {
    std::string reasons;
    for (const auto& [reason, count] : reasons_)
      reasons += (reasons.empty() ? "" : ", ") + reason + " x " + std::to_string(count);
    text += " (at last " + reasons + ")";
  }
  text += "; " + counted(attempts_, "attempt", "attempts");
  if (dropped > 0) text += "; " + std::to_string(dropped) + " not finished";
  terminal_.say(text);
  if (lost_ > 0)
    terminal_.say(
        "FareHarbor sends a lost webhook no more by itself: change the booking's note to have it sent anew, "
        "or "
        "read the booking from the External API.");
}

}  // namespace farehook
