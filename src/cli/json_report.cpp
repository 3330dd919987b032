#include "cli/json_finding.hpp"
#include "cli/report.hpp"

namespace farehook {

namespace {

class JsonReport : public Report {
 public:
  explicit JsonReport(Output& output) : output_(output) {}

  void add(const CheckedPayload& payload) override {
    std::string lines;
    const auto places = places_of(payload);
    for (size_t index = 0; index < places.size(); ++index) {
      nlohmann::ordered_json line{{"file", payload.file}};
      line.update(json_of(payload.findings.listed[index], places[index].begin));
      lines += dump(line) + "\n";
    }
    output_.write(lines);
  }

 private:
  Output& output_;
};

}  // namespace

std::unique_ptr<Report> json_report(Output& output) { return std::make_unique<JsonReport>(output); }

}  // namespace farehook
