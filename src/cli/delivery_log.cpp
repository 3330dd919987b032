#include "cli/delivery_log.hpp"

#include "booking/event.hpp"
#include "cli/attempt_line.hpp"
#include "cli/severity_color.hpp"
#include "cli/wording.hpp"
#include "delivery/text_position.hpp"

#include <algorithm>
#include <cstdio>

namespace farehook {

namespace {

std::string bytes_in_words(size_t bytes) {
  char text[32];
  if (bytes < 1000)
    std::snprintf(text, sizeof text, "%zu B", bytes);
  else if (bytes < size_t{1000} << 10)
    std::snprintf(text, sizeof text, "%.1f KiB", static_cast<double>(bytes) / 1024);
  else
    std::snprintf(text, sizeof text, "%.1f MiB", static_cast<double>(bytes) / 1048576);
  return text;
}

Terminal::Color color_of(int status) {
  return status == 0    ? Terminal::Color::red
         : status < 300 ? Terminal::Color::green
         : status < 400 ? Terminal::Color::yellow
                        : Terminal::Color::red;
}

/// "165.24 usd", with nothing where the sender may not see amounts. Some companies' amounts end with a
/// no-break space.
std::string amount(const Facts& facts) {
  constexpr std::string_view no_break_space = "\u00a0";
  std::string total = facts.total;
  if (total.ends_with(no_break_space)) total.erase(total.size() - no_break_space.size());
  return total.empty() ? "" : printable(total + " " + facts.currency);
}

std::string head(const Terminal& terminal, int status) {
  const std::string shown = status == 0 ? "cut" : std::to_string(status);
  return local_time_of_day(now()) + "  " +
         terminal.paint(status == 0 ? Terminal::Color::red : color_of(status), shown) + "  ";
}

std::string app_remedy_of(const Attempt& attempt) {
  if (attempt.error == "refused") return "Is the app running, and on this port?";
  if (attempt.error == "timeout") return "--forward-timeout gives the app longer.";
  if (attempt.error == "tls") return "--forward-insecure takes any certificate of the app.";
  return remedy_of(attempt);
}

bool is_error(const Finding& finding) { return finding.rule->severity == Severity::error; }

/// So many findings stand under a delivery; its record has all of them.
constexpr size_t max_shown_findings = 5;

/// Each on a line of its own, with its place in the body; in one piece with the delivery's line.
void append_findings(std::string& line, const std::string& body, const Findings& findings,
                     const Terminal& terminal) {
  const size_t shown = std::min(findings.listed.size(), max_shown_findings);
  PositionFinder positions(body);
  for (size_t index = 0; index < shown; ++index) {
    const Finding& finding = findings.listed[index];
    const Severity severity = finding.rule->severity;
    const TextPosition at = positions.at(finding.offset);
    line += "\n          " + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
            terminal.paint(color_of(severity), std::string(to_string(severity)) + ":") + " " +
            printable(finding.message) + " [" + std::string(finding.rule->name) + "] " +
            printable(finding.pointer);
  }
  const size_t rest = findings.listed.size() - shown + findings.more.all();
  if (rest > 0) line += "\n          and " + std::to_string(rest) + " more";
}

}  // namespace

std::string DeliveryLog::line_of(const Record& record, const Facts& facts) const {
  std::string line = head(terminal_, record.response_status);
  line += padded(std::string(short_name(record.event)), 16);
  line += padded(printable(facts.display_id), 11);
  line += left_padded(amount(facts), 11);
  line += left_padded(facts.customer_count < 0 ? "" : std::to_string(facts.customer_count) + " pax", 7);
  line += left_padded(bytes_in_words(record.delivery.body.size()), 9);
  if (record.relayed) line += left_padded(in_words(record.relayed->duration), 8);
  if (record.attempt > 1)
    line += "  " + terminal_.paint(Terminal::Color::yellow, "attempt " + std::to_string(record.attempt));
  return line;
}

void DeliveryLog::stored(const Record& record, const Facts& facts, const Findings& findings) {
  {
    const std::lock_guard lock(mutex_);
    ++stored_[std::string(short_name(record.event))];
  }
  if (record.attempt > 1) ++retries_;
  if (findings.more.of(Severity::error) > 0 || std::ranges::any_of(findings.listed, is_error)) ++with_errors_;
  if (terminal_.is_quiet()) return;
  std::string line = line_of(record, facts);
  append_findings(line, record.delivery.body, findings, terminal_);
  terminal_.say(line);
}

void DeliveryLog::passed_over(const Record& record, const Facts& facts) {
  ++passed_over_;
  terminal_.say(line_of(record, facts) + "  " + terminal_.paint(Terminal::Color::dim, "not recorded"));
}

/// Each trouble once, until the app answers again: many connections may find out in different ways.
void DeliveryLog::relayed(const Attempt& attempt) {
  const std::lock_guard lock(mutex_);
  if (attempt.status) {
    if (!app_troubles_.empty()) terminal_.say(app_ + " answers again");
    app_troubles_.clear();
    return;
  }
  const std::string trouble = result_of(attempt);
  if (!app_troubles_.insert(trouble).second) return;
  terminal_.complain(app_ + ": " + printable(trouble) + "; the sender is answered " +
                     (attempt.error == "timeout" ? "504" : "502") + "\n" + app_remedy_of(attempt));
}

void DeliveryLog::not_stored(const Delivery& delivery, const std::string& where, std::error_code error) {
  if (not_stored_++ == 0)
    terminal_.complain(where + ": " + error.message() +
                       "; the sender is answered 503 until it can be written to");
  terminal_.say(head(terminal_, 503) + padded("not stored", 17) + bytes_in_words(delivery.body.size()) +
                " from " + delivery.remote);
}

void DeliveryLog::not_copied(const Delivery& delivery, const std::string& where, std::error_code error) {
  terminal_.complain(where + ": " + error.message() + "; delivery " + delivery.id +
                     " and those after it may be missing there, but are stored");
}

void DeliveryLog::refused(const RefusedRequest& request) {
  ++refused_;
  std::string line = head(terminal_, request.status) + padded("refused", 17) + request.reason;
  if (!request.method.empty()) line += ": " + printable(request.method + " " + request.path.substr(0, 200));
  if (!request.remote.empty()) line += (request.method.empty() ? ", from " : " from ") + request.remote;
  terminal_.say(line);
}

void DeliveryLog::summary(const std::string& where) {
  const std::lock_guard lock(mutex_);
  uint64_t total = 0;
  std::string events;
  for (const auto& [event, count] : stored_) {
    total += count;
    events += (events.empty() ? ": " : ", ") + std::to_string(count) + " " + event;
  }
  std::string line = counted(total, "delivery", "deliveries") + " stored in " + where + events;
  if (retries_ > 0) line += "; " + counted(retries_, "of them a retry", "of them retries");
  if (with_errors_ > 0)
    line += "; " + counted(with_errors_, "of them is not what FareHarbor sends",
                           "of them are not what FareHarbor sends");
  if (passed_over_ > 0) line += "; " + std::to_string(passed_over_) + " not recorded";
  if (not_stored_ > 0) line += "; " + std::to_string(not_stored_) + " not stored (503)";
  if (refused_ > 0) line += "; " + counted(refused_, "request", "requests") + " refused";
  terminal_.say(line);
}

}  // namespace farehook
