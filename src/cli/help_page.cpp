#include "cli/help_page.hpp"

#include "cli/options.hpp"
#include "cli/wording.hpp"

#include <algorithm>

namespace farehook {

namespace {

constexpr size_t columns = 80;
constexpr size_t widest_name = 30;  // what is wider has its text in the next row

struct Row {
  std::string name, text;
};

Row row_of(const CLI::Option& option) {
  std::string name;
  for (const std::string& each : option.get_snames()) name += (name.empty() ? "-" : ", -") + each;
  for (const std::string& each : option.get_lnames()) name += (name.empty() ? "--" : ", --") + each;
  const OptionValue value = value_of(option);
  if (name.empty())
    name = option.get_name(true, false);
  else if (value.form != OptionValue::Form::none)
    name += " " + value.kind;
  return {name, option.get_description()};
}

size_t width_of(const std::vector<Row>& rows) {
  size_t width = 0;
  for (const Row& row : rows)
    if (row.name.size() + 4 <= widest_name) width = std::max(width, row.name.size() + 4);
  return width;
}

std::string page_of(const std::vector<Row>& rows, size_t width) {
  std::string page;
  for (const Row& row : rows) {
    const std::string name = "  " + row.name;
    if (name.size() + 2 > width) {
      page += name + "\n" + wrapped(row.text, std::string(width, ' '), columns);
    } else {
      page +=
          wrapped(row.text, std::string(width, ' '), columns).replace(size_t{0}, width, padded(name, width));
    }
  }
  return page;
}

std::string usage(const CLI::App& app, const std::string& name) {
  std::string text = "Usage: " + name;
  if (!app.get_subcommands({}).empty()) text += " COMMAND";
  text += " [OPTION...]";
  for (const CLI::Option* option : app.get_options())
    if (option->get_positional()) text += " " + value_of(*option).kind;
  return text + "\n";
}

}  // namespace

std::string HelpPage::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode) const {
  struct Group {
    std::string heading;
    std::vector<Row> rows;
  };
  std::vector<Group> groups{{"", {}}, {"Commands", {}}};
  for (const CLI::App* command : app->get_subcommands({}))
    groups[1].rows.push_back({command->get_name(), command->get_description()});
  std::vector<const CLI::Option*> options = app->get_options();
  // CLI11 has --help first; it is what who reads this needs least. (clang 14 can't take the one of ranges.)
  std::stable_partition(options.begin(), options.end(),
                        [&](const auto* each) { return each != app->get_help_ptr(); });
  for (const CLI::Option* option : options) {
    const bool is_first =
        option->get_positional() || (app->get_parent() != nullptr && option->get_group() == "Options");
    const std::string heading = is_first ? "" : option->get_group();
    auto group = std::ranges::find(groups, heading, &Group::heading);
    if (group == groups.end()) group = groups.insert(groups.end(), {heading, {}});
    group->rows.push_back(row_of(*option));
  }
  size_t width = 0;
  for (const Group& group : groups) width = std::max(width, width_of(group.rows));

  std::string page = usage(*app, name) + app->get_description() + ".\n\n";
  for (const Group& group : groups) {
    if (group.rows.empty()) continue;
    if (!group.heading.empty()) page += group.heading + ":\n";
    page += page_of(group.rows, width);
  }
  return page + "\n" + app->get_footer() + "\n";
}

}  // namespace farehook
