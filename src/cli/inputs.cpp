#include "cli/inputs.hpp"

#include "cli/file_identity.hpp"
#include "delivery/error.hpp"
#include "delivery/har.hpp"
#include "delivery/json_text.hpp"
#include "delivery/line_reader.hpp"
#include "delivery/text_position.hpp"

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
  if (ending == ".har") return Input::Form::har;
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
    const Input::Form form = form_of(entry->path());
    const bool is_of_folder = form == Input::Form::payload || form == Input::Form::lines;
    // What is not there, such as the target of a link, is complained of when it is read.
    const bool is_other = entry->exists(broken) && !entry->is_regular_file(broken);
    if (is_of_folder && !is_other) found.push_back(entry->path());
    // What can't be entered is named by the path at which it stands.
    const fs::path at = entry->path();
    entry.increment(error);
    if (error) complain(words(at, error));
  }
  if (error && found.empty()) complain(words(folder, error));
  if (!error && found.empty()) complain(folder.string() + ": no .json, .jsonl or .ndjson in this folder");
  std::ranges::sort(found);
  for (const fs::path& path : found) inputs.push_back({path.string(), form_of(path)});
}

/// Whether a text in no form that is known is lines: its first line is JSON by itself, or is meant to be.
bool begins_as_lines(std::string_view first_line) {
  JsonVisitor nothing;
  const auto fault = read_json(first_line, nothing, max_json_depth + 1);
  if (!fault) return true;
  const size_t last = first_line.find_last_not_of(" \t\r");
  const size_t first = first_line.find_first_not_of(" \t");
  return fault->offset < first_line.size() && first_line[first] == '{' && first_line[last] == '}' &&
         last > first + 1;
}

/// A file, or standard input, which stays open. To open a FIFO waits for nobody: a signal would not end that,
/// as it ends the wait for what comes.
class OpenInput {
 public:
  OpenInput(const Input& input, int standard_input)
      : descriptor_(input.is_standard_input ? standard_input
                                            : ::open(input.name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)),
        is_own_(!input.is_standard_input) {
    if (descriptor_ < 0) throw Error(input.name + ": " + std::generic_category().message(errno));
  }
  ~OpenInput() {
    if (is_own_) ::close(descriptor_);
  }
  OpenInput(const OpenInput&) = delete;
  OpenInput& operator=(const OpenInput&) = delete;

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  bool is_own_;
};

/// Whoever reads what he writes comes to no end.
void refuse_own_output(const OpenInput& open, const std::string& name, const Session& session) {
  const auto input = identity_of(open.descriptor());
  if (!input) return;
  if (input == identity_of(session.out)) throw Error(name + ": it is the standard output, too");
  if (input == identity_of(session.err)) throw Error(name + ": it is the standard error, too");
}

/// Hands on the entries of a HAR that are deliveries.
void read_har(const std::string& name, size_t first_line, std::string_view text,
              const std::function<bool(const InputText&)>& hand_on) {
  const auto read = har_entries(text);
  if (const auto* fault = std::get_if<HarFault>(&read)) throw Error(name + ": " + fault->reason);
  const auto& entries = std::get<std::vector<std::string_view>>(read);
  PositionFinder positions(text);
  bool has_deliveries = false;
  for (size_t index = 0; index < entries.size(); ++index) {
    const std::string_view entry = entries[index];
    if (!is_har_delivery(entry)) continue;
    has_deliveries = true;
    const TextPosition at = positions.at(static_cast<size_t>(entry.data() - text.data()));
    if (!hand_on({name, first_line + at.line - 1, entry, true, index + 1, at.column})) return;
  }
  if (!has_deliveries)
    throw Error(name + ": no POST and no request with a body is among the " + std::to_string(entries.size()) +
                " requests of this HAR");
}

}  // namespace

std::vector<Input> inputs_of(const std::vector<std::string>& arguments,
                             const std::function<void(const std::string&)>& complain) {
  std::vector<Input> inputs;
  for (const std::string& argument : arguments) {
    std::error_code error;
    if (argument == "-")
      inputs.push_back({"standard input", Input::Form::unknown, true});
    else if (argument.find("://") != std::string::npos && !fs::exists(argument, error))
      complain("an input is a file or folder, not a URL");  // which may hold a password
    else if (fs::is_directory(argument, error))
      add_folder(argument, inputs, complain);
    else
      inputs.push_back({argument, form_of(argument)});
  }
  return inputs;
}

void read_input(const Input& input, const Session& session,
                const std::function<bool(const InputText&)>& take) {
  const OpenInput open(input, session.in);
  refuse_own_output(open, input.name, session);
  LineReader reader(open.descriptor(), input.name, Tail::read, session.signals.descriptor());
  const auto hand_on = [&](const InputText& text) {
    return !session.signals.has_been_asked() && take(text);  // it may be cut off where a signal came
  };
  const auto hand_on_whole = [&](size_t first_line, std::string_view text) {
    if (session.signals.has_been_asked()) return;
    if (input.form == Input::Form::har || looks_like_har(text))
      read_har(input.name, first_line, text, hand_on);
    else
      hand_on({input.name, first_line, text, false});
  };
  if (input.form == Input::Form::har) return hand_on_whole(1, reader.rest("Export fewer requests."));
  if (input.form == Input::Form::payload) return hand_on_whole(1, reader.rest());
  auto line = reader.next();
  if (!line) {
    hand_on({input.name, 1, "", false});
  } else if (input.form == Input::Form::unknown &&
             (looks_like_har(line->text) || !begins_as_lines(line->text))) {
    const size_t number = line->number;
    hand_on_whole(number, reader.rest());
  } else {
    while (line && hand_on({input.name, line->number, line->text, true})) line = reader.next();
  }
}

}  // namespace farehook
