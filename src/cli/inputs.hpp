#pragma once

#include <functional>
#include <string>
#include <vector>

namespace farehook {

/// A file to read, or standard input.
struct Input {
  enum class Form { payload, lines, unknown };

  std::string name;  ///< the path, or "standard input"
  Form form;         ///< by the ending of its name: .json, .jsonl and .ndjson, anything else
  bool is_standard_input = false;
};

/// What command line arguments stand for: "-" is standard input, a folder all its *.json and *.jsonl,
/// recursively, in the order of their names; anything else a file. Of what can't be read `complain` is told.
std::vector<Input> inputs_of(const std::vector<std::string>& arguments,
                             const std::function<void(const std::string&)>& complain);

/// An open input. Throws Error where it can't be opened.
class InputFile {
 public:
  InputFile(const Input& input, int standard_input);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  bool is_own_;
};

}  // namespace farehook
