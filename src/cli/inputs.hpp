#pragma once

#include "cli/session.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace farehook {

/// A file to read, or standard input.
struct Input {
  enum class Form { payload, lines, har, unknown };

  std::string name;  ///< the path, or "standard input"
  Form form;         ///< by the ending of its name: .json, .jsonl and .ndjson, .har, anything else
  bool is_standard_input = false;
};

/// What command line arguments stand for: "-" is standard input, a folder all its *.json, *.jsonl and
/// *.ndjson, recursively, in the order of their names; anything else a file. Of what can't be read `complain`
/// is told.
std::vector<Input> inputs_of(const std::vector<std::string>& arguments,
                             const std::function<void(const std::string&)>& complain);

/// One text of an input: all of it, one of its lines, or an entry of a HAR.
struct InputText {
  const std::string& file;
  size_t first_line;  ///< of the file, that the text begins at
  std::string_view text;
  bool is_line;
  size_t har_entry = 0;     ///< its number in its HAR, from 1; 0: it is not of a HAR
  size_t first_column = 1;  ///< of the first line

  /// "captures.jsonl:7".
  std::string place() const { return file + ":" + std::to_string(first_line); }
};

/// Hands on what the input holds, text by text: a .json whole, a .jsonl line by line, anything else by what
/// its first line looks like; of a HAR, which may also be in a .json, the entries that are deliveries. An
/// input that holds nothing is one empty text. Ends early when `take` returns false or a signal comes. Throws
/// Error where it can't be read, or is what standard output or standard error goes into.
void read_input(const Input& input, const Session& session,
                const std::function<bool(const InputText&)>& take);

}  // namespace farehook
