#include "cli/excerpt.hpp"
#include "cli/report.hpp"
#include "cli/severity_color.hpp"
#include "cli/terminal.hpp"

#include <map>

namespace farehook {

namespace {

/// So often one rule is told of one place ("the second customer's pk" is the place of the first's), unless
/// all are asked for.
constexpr size_t max_repeats = 10;
/// And so many places are kept count of.
constexpr size_t max_places = 10'000;

/// The pointer with every index as a star.
std::string place_of(const std::string& pointer) {
  std::string place;
  for (size_t at = 0; at < pointer.size();) {
    const size_t end = std::min(pointer.find('/', at + 1), pointer.size());
    const std::string token = pointer.substr(at, end - at);
    place += token.find_first_not_of("0123456789", 1) == std::string::npos ? "/*" : token;
    at = end;
  }
  return place;
}

bool is_within(std::string_view line, const char* at) {
  return line.data() != nullptr && at >= line.data() && at <= line.data() + line.size();
}

class TextReport : public Report {
 public:
  TextReport(Output& output, const ReportOptions& options)
      : output_(output),
        shows_all_(options.shows_all),
        paint_(-1, options.is_colored ? ColorChoice::always : ColorChoice::never, true) {}

  void add(const CheckedPayload& payload) override {
    std::string text;
    const auto places = places_of(payload);
    const Finding* last = nullptr;
    std::string_view line;
    for (size_t index = 0; index < places.size(); ++index) {
      const Finding& finding = payload.findings.listed[index];
      if (!is_told(finding)) continue;
      const bool is_in_sight =
          last != nullptr && last->offset == finding.offset && last->length == finding.length;
      if (!is_within(line, payload.text.data() + finding.offset))
        line = line_around(payload.text, finding.offset);
      append(text, payload, finding, places[index].begin, line, is_in_sight);
      last = &finding;
    }
    if (payload.findings.more.all() > 0)
      text += printable(payload.file) + ":" + std::to_string(payload.first_line) + ": " +
              not_listed_in_words(payload.findings.more) + "\n";
    output_.write(text);
  }

  void finish() override {
    std::string text;
    for (const auto& [what, count] : told_)
      if (count > max_repeats)
        text += "and " + std::to_string(count - max_repeats) + " more of " + printable(what) + "\n";
    if (!text.empty()) text += "--all shows each of them.\n";
    output_.write(text);
  }

 private:
  bool is_told(const Finding& finding) {
    if (shows_all_) return true;
    const std::string what = "[" + std::string(finding.rule->name) + "]" +
                             (finding.pointer.empty() ? "" : " " + place_of(finding.pointer));
    const auto known = told_.find(what);
    if (known == told_.end()) {
      if (told_.size() < max_places) told_.emplace(what, 1);
      return true;
    }
    return ++known->second <= max_repeats;
  }

  /// `is_in_sight`: the finding before was about the same characters, and they have been shown.
  void append(std::string& text, const CheckedPayload& payload, const Finding& finding,
              const TextPosition& at, std::string_view line, bool is_in_sight) const {
    const Severity severity = finding.rule->severity;
    const std::string place =
        payload.file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ":";
    text += paint_.paint(Terminal::Color::bold, printable(place)) + " " +
            paint_.paint(color_of(severity), std::string(to_string(severity)) + ":") + " " +
            printable(finding.message) + " " +
            paint_.paint(Terminal::Color::dim, "[" + std::string(finding.rule->name) + "]");
    if (is_in_sight) text += " " + printable(finding.pointer);
    text += "\n";
    if (!is_in_sight && !line.empty() && (finding.length > 0 || finding.offset > 0)) {
      const auto offset = static_cast<size_t>(payload.text.data() + finding.offset - line.data());
      const Excerpt excerpt = excerpt_of(line, offset, finding.length);
      text += "    " + excerpt.line + "\n    " + paint_.paint(color_of(severity), excerpt.marks);
      text += finding.pointer.empty() ? "\n" : "  " + printable(finding.pointer) + "\n";
    }
    if (!finding.remedy.empty()) text += "    " + printable(finding.remedy) + "\n";
  }

  Output& output_;
  const bool shows_all_;
  const Terminal paint_;
  std::map<std::string, size_t> told_;
};

}  // namespace

std::unique_ptr<Report> text_report(Output& output, const ReportOptions& options) {
  return std::make_unique<TextReport>(output, options);
}

}  // namespace farehook
