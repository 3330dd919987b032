#include "cli/delivery_log.hpp"

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

/// "165.24 usd", with nothing where the sender may not see amounts.
std::string amount(const Facts& facts) {
  return facts.total.empty() ? "" : printable(facts.total + " " + facts.currency);
}

/// A booking's events go without "booking."
std::string shown_event(const std::string& event) {
  constexpr std::string_view prefix = "booking.";
  return event.starts_with(prefix) ? event.substr(prefix.size()) : event;
}

std::string head(const Terminal& terminal, int status) {
  const std::string shown = status == 0 ? "cut" : std::to_string(status);
  return local_time_of_day(now()) + "  " +
         terminal.paint(status == 0 ? Terminal::Color::red : color_of(status), shown) + "  ";
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
  const size_t rest = findings.listed.size() - shown + findings.more;
  if (rest > 0) line += "\n          and " + std::to_string(rest) + " more";
}

}  // namespace

void DeliveryLog::stored(const Record& record, const Facts& facts, const Findings& findings) {
  ++stored_;
  if (record.attempt > 1) ++retries_;
  std::string line = head(terminal_, record.response_status);
  line += padded(shown_event(record.event), 17);
  line += padded(printable(facts.display_id), 11) + " ";
  line += left_padded(amount(facts), 12);
  line += left_padded(bytes_in_words(record.delivery.body.size()), 12);
  if (record.attempt > 1)
    line += "  " + terminal_.paint(Terminal::Color::yellow, "attempt " + std::to_string(record.attempt));
  append_findings(line, record.delivery.body, findings, terminal_);
  if (std::ranges::any_of(findings.listed, is_error)) ++with_errors_;
  terminal_.say(line);
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
  if (!request.remote.empty()) line += " from " + request.remote;
  terminal_.say(line);
}

void DeliveryLog::summary(const std::string& where) {
  std::string line = counted(stored_, "delivery", "deliveries") + " stored in " + where;
  if (retries_ > 0) line += ", " + counted(retries_, "of them a retry", "of them retries");
  if (not_stored_ > 0) line += "; " + std::to_string(not_stored_) + " not stored (503)";
  if (with_errors_ > 0)
    line += "; " + counted(with_errors_, "of them is not what FareHarbor sends",
                           "of them are not what FareHarbor sends");
  if (refused_ > 0) line += "; " + counted(refused_, "request", "requests") + " refused";
  terminal_.say(line);
}

}  // namespace farehook
