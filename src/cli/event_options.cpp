#include "cli/event_options.hpp"

#include "booking/event.hpp"
#include "booking/selection.hpp"
#include "cli/wording.hpp"

namespace farehook {

CLI::Option* add_only(CLI::App& app, std::set<std::string>& into, const std::string& help) {
  const std::vector<std::string_view> known = event_names();
  CLI::Option* only = add_value(
      app, "--only", "EVENTS",
      [&into, known](const std::string& names) {
        const auto events = parse_events(names);
        if (!events)
          refuse("--only", "\"" + names + "\" is not one of " + alternatives({known.begin(), known.end()}) +
                               ", nor some of them with commas between");
        into = *events;
      },
      help);
  return offer_some(only, known);
}

CLI::Option* add_configured(CLI::App& app, std::set<std::string>& into, const std::string& help) {
  return add_choice(
      app, "--configured", "WHICH", {"all", "creations", "cancellations"},
      [&into](const std::string& which) {
        into.clear();
        if (which == "creations") into.emplace(to_string(Event::booking_created));
        if (which == "cancellations") into.emplace(to_string(Event::booking_cancelled));
      },
      help);
}

}  // namespace farehook
