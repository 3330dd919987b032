#include "cli/report.hpp"

#include "cli/wording.hpp"

namespace farehook {

std::vector<FindingPlace> places_of(const CheckedPayload& payload) {
  std::vector<FindingPlace> places;
  PositionFinder begins(payload.text), ends(payload.text);
  for (const Finding& finding : payload.findings.listed) {
    FindingPlace place{begins.at(finding.offset), ends.at(finding.offset + finding.length)};
    for (TextPosition* at : {&place.begin, &place.end})
      if (at->line == 1) at->column += payload.first_column - 1;
    place.begin.line += payload.first_line - 1;
    place.end.line += payload.first_line - 1;
    places.push_back(place);
  }
  return places;
}

std::string in_words(const SeverityCounts& counts) {
  return counted(counts.of(Severity::error), "error", "errors") + ", " +
         counted(counts.of(Severity::warning), "warning", "warnings") + ", " +
         counted(counts.of(Severity::note), "note", "notes");
}

std::string not_listed_in_words(const SeverityCounts& more) {
  return "and " + std::to_string(more.all()) + " more that are not listed: " + in_words(more);
}

}  // namespace farehook
