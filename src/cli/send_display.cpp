#include "cli/send_display.hpp"

#include "cli/attempt_line.hpp"
#include "cli/wording.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace farehook {

namespace {

std::string rounded(double number) {
  char text[32];
  std::snprintf(text, sizeof text, number < 10 ? "%.1f" : "%.0f", number);
  return text;
}

}  // namespace

double SendDisplay::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void SendDisplay::attempted(const Attempt& attempt, Outcome outcome) {
  tally_.add(attempt);
  if (outcome == Outcome::accepted) {
    ++accepted_;
    return;
  }
  if (outcome == Outcome::failed) {
    ++failed_;
    ++failures_[attempt.status ? std::to_string(*attempt.status) : attempt.error];
  }
  const std::string result = result_of(attempt);
  constexpr size_t max_explained = 20;
  if (explained_.size() >= max_explained || !explained_.insert(result).second) return;
  const std::string remedy = remedy_of(attempt);
  terminal_.complain(url_ + ": " + printable(result) + (remedy.empty() ? "" : "\n" + remedy));
}

void SendDisplay::progress(double share) {
  constexpr size_t width = 24;
  std::string line = counted(finished(), "delivery", "deliveries") + ", " +
                     rounded(static_cast<double>(finished()) / std::max(seconds(), 1e-3)) + "/s";
  if (failed_ > 0)
    line += ", " + terminal_.paint(Terminal::Color::red, std::to_string(failed_) + " not accepted");
  if (share >= 0) {
    share = std::min(share, 1.0);
    const auto done = static_cast<size_t>(share * width);
    line = "[" + std::string(done, '#') + std::string(width - done, '.') + "] " + line;
    if (share > 0.01) line += ", " + rounded(seconds() * (1 - share) / share) + " s left";
  }
  terminal_.show_status(line);
}

void SendDisplay::summarize(uint64_t dropped) {
  std::string text = counted(finished(), "delivery", "deliveries") + " sent to " + url_ + ": ";
  text += terminal_.paint(accepted_ > 0 ? Terminal::Color::green : Terminal::Color::none,
                          std::to_string(accepted_) + " accepted");
  if (failed_ > 0) {
    text += ", " + terminal_.paint(Terminal::Color::red, std::to_string(failed_) + " not");
    std::string results;
    for (const auto& [result, count] : failures_)
      results += (results.empty() ? "" : ", ") + result + " x " + std::to_string(count);
    text += " (" + results + ")";
  }
  if (dropped > 0) text += "; " + std::to_string(dropped) + " that waited not sent";
  terminal_.say(text);
  if (tally_.attempts() == 0) return;
  terminal_.say(counted(tally_.attempts(), "attempt", "attempts") + " in " + rounded(seconds()) + " s, " +
                rounded(static_cast<double>(tally_.attempts()) / std::max(seconds(), 1e-6)) + "/s; p50 " +
                in_words(tally_.percentile(0.5)) + ", p90 " + in_words(tally_.percentile(0.9)) + ", p99 " +
                in_words(tally_.percentile(0.99)) + ", max " + in_words(tally_.longest()));
  const auto bars = tally_.histogram();
  if (bars.size() < 2) return;
  const uint64_t most = std::ranges::max(bars, {}, &Tally::Bar::count).count;
  for (const Tally::Bar& bar : bars) {
    constexpr double width = 40;
    const auto length =
        static_cast<size_t>(std::ceil(width * static_cast<double>(bar.count) / static_cast<double>(most)));
    terminal_.say("  up to " + left_padded(in_words(bar.up_to), 8) + "  " +
                  left_padded(std::to_string(bar.count), 7) +
                  (length > 0 ? "  " + std::string(length, '#') : ""));
  }
}

}  // namespace farehook
