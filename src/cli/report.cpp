#include "cli/report.hpp"

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

}  // namespace farehook
