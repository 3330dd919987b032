#include "cli/report.hpp"

namespace farehook {

std::vector<Place> places_of(const CheckedPayload& payload) {
  std::vector<Place> places;
  PositionFinder begins(payload.text), ends(payload.text);
  for (const Finding& finding : payload.findings.listed) {
    Place place{begins.at(finding.offset), ends.at(finding.offset + finding.length)};
    place.begin.line += payload.first_line - 1;
    place.end.line += payload.first_line - 1;
    places.push_back(place);
  }
  return places;
}

}  // namespace farehook
