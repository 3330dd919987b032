#pragma once

#include "cli/terminal.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Options whose values are checked as they are read. A value that looks like a flag is taken for a missing
// one; the last of a repeated option counts. What is wrong is thrown as CLI::ParseError.

namespace farehook {

/// What a value may be, as far as the option tells: read by help, by messages and by completion.
struct OptionValue {
  enum class Form { none, text, file, word, words };  ///< `none`: a flag. `words`: some, with commas between
  Form form = Form::none;
  std::string kind;                ///< what stands for it in help: "FILE", "WHEN"
  std::vector<std::string> words;  ///< one that ends in "=FILE" is a beginning, with a file behind it
};
OptionValue value_of(const CLI::Option& option);

/// Gives the option these words to choose from, one or some of them; its kind stays. They are what is
/// proposed: whoever reads the value checks it.
CLI::Option* offer(CLI::Option* option, const std::vector<std::string_view>& words);
CLI::Option* offer_some(CLI::Option* option, const std::vector<std::string_view>& words);

/// `kind` stands for the value in the help text; a FILE is the path of one.
CLI::Option* add_text(CLI::App& app, const std::string& name, const std::string& kind, std::string& into,
                      const std::string& help);
CLI::Option* add_text(CLI::App& app, const std::string& name, const std::string& kind,
                      std::optional<std::string>& into, const std::string& help);
CLI::Option* add_duration(CLI::App& app, const std::string& name,
                          std::optional<std::chrono::milliseconds>& into, const std::string& help);
CLI::Option* add_size(CLI::App& app, const std::string& name, size_t& into, const std::string& help);

/// A whole number from `least` to `most`; `what` says what it is: "a port (0 to 65535)".
CLI::Option* add_number(CLI::App& app, const std::string& name, uint64_t least, uint64_t most,
                        const std::string& what, std::function<void(uint64_t)> into, const std::string& help);

/// Throws CLI::ValidationError.
[[noreturn]] void refuse(const std::string& option, const std::string& what);

/// Any value; `take` refuses what is not one. add_each: each of a repeated option counts.
CLI::Option* add_value(CLI::App& app, const std::string& name, const std::string& kind,
                       std::function<void(const std::string&)> take, const std::string& help);
CLI::Option* add_each(CLI::App& app, const std::string& name, const std::string& kind,
                      std::function<void(const std::string&)> take, const std::string& help);

/// One of the words.
CLI::Option* add_choice(CLI::App& app, const std::string& name, const std::string& kind,
                        std::vector<std::string_view> words, std::function<void(const std::string&)> into,
                        const std::string& help);

/// INPUT, as often as there is one: files, folders and -. `shown` is how it stands behind "Usage:".
void add_inputs(CLI::App& app, const std::string& shown, std::vector<std::string>& into,
                const std::string& help);

/// --help, -q, --quiet and --color, the same for every command.
struct DisplayOptions {
  bool quiet = false;
  ColorChoice color = ColorChoice::automatic;
};
void add_display(CLI::App& app, DisplayOptions& into);

}  // namespace farehook
