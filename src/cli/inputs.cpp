#include "cli/inputs.hpp"

#include "delivery/error.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace farehook {

namespace {

namespace fs = std::filesystem;

Input::Form form_of(const fs::path& path) {
  const auto ending = path.extension();
  if (ending == ".json") return Input::Form::payload;
  if (ending == ".jsonl" || ending == ".ndjson") return Input::Form::lines;
  return Input::Form::unknown;
}

std::string words(const fs::path& path, const std::error_code& error) {
  return path.string() + ": " + error.message();
}

void add_folder(const fs::path& folder, std::vector<Input>& inputs,
                const std::function<void(const std::string&)>& complain) {
  std::vector<fs::path> found;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error), end;
  while (!error && entry != end) {
    std::error_code broken;
    if (form_of(entry->path()) != Input::Form::unknown && !entry->is_directory(broken))
      found.push_back(entry->path());
    // What can't be entered is named by the path at which it stands.
    const fs::path at = entry->path();
    entry.increment(error);
    if (error) complain(words(at, error));
  }
  if (error && found.empty()) complain(words(folder, error));
  if (!error && found.empty()) complain(folder.string() + ": no .json and no .jsonl in this folder");
  std::ranges::sort(found);
  for (const fs::path& path : found) inputs.push_back({path.string(), form_of(path)});
}

}  // namespace

std::vector<Input> inputs_of(const std::vector<std::string>& arguments,
                             const std::function<void(const std::string&)>& complain) {
  std::vector<Input> inputs;
  for (const std::string& argument : arguments) {
    std::error_code error;
    if (argument == "-")
      inputs.push_back({"standard input", Input::Form::unknown, true});
    else if (fs::is_directory(argument, error))
      add_folder(argument, inputs, complain);
    else
      inputs.push_back({argument, form_of(argument)});
  }
  return inputs;
}

InputFile::InputFile(const Input& input, int standard_input)
    : descriptor_(input.is_standard_input ? standard_input
                                          : ::open(input.name.c_str(), O_RDONLY | O_CLOEXEC)),
      is_own_(!input.is_standard_input) {
  if (descriptor_ < 0) throw Error(input.name + ": " + std::generic_category().message(errno));
}

InputFile::~InputFile() {
  if (is_own_) ::close(descriptor_);
}

}  // namespace farehook
