#pragma once

#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

namespace farehook {

/// A suite of test cases as JUnit XML. Its counts stand before its cases, which wait in a temporary file:
/// memory does not grow with them. Throws Error where that can't be written.
class JunitFile {
 public:
  explicit JunitFile(std::string suite);
  ~JunitFile();
  JunitFile(const JunitFile&) = delete;
  JunitFile& operator=(const JunitFile&) = delete;

  struct Case {
    std::string name;
    std::string file;           ///< where it stands, or ""
    double seconds = -1;        ///< how long it took; below 0: not known
    std::string failure_type;   ///< "": it passed
    std::string failure;        ///< in a sentence
    std::string failure_lines;  ///< in full
    std::string output;         ///< what else there is to say
  };
  void add(const Case& test);

  /// Hands on the whole text, piece by piece.
  void finish(const std::function<void(std::string_view)>& write);

 private:
  const std::string suite_;
  std::FILE* cases_;
  size_t tests_ = 0, failures_ = 0;
};

}  // namespace farehook
