#pragma once

#include "cli/options.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace farehook {

// Scripts that complete the program's command line, made of its options: commands, flags with their
// descriptions, words to choose from, and files where a value is one. They run nothing: a script knows all
// that its farehook knows, and one that is on another path, or gone, makes no difference.
std::string bash_completion(const CLI::App& app);
std::string zsh_completion(const CLI::App& app);
std::string fish_completion(const CLI::App& app);

/// The flags as they are typed: "-q", "--quiet".
std::vector<std::string> flags_of(const CLI::Option& option);

/// What stands behind a command without a flag, or null.
const CLI::Option* positional_of(const CLI::App& command);

/// A word that is only a beginning, with a file behind it: "junit=" of "junit=FILE". Else "".
std::string beginning_of(const std::string& word);

/// The words with blanks between; of a beginning that.
std::string spaced(const std::vector<std::string>& words);

}  // namespace farehook
