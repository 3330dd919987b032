#pragma once

#include <stdexcept>

namespace farehook {

/// What ends the errand: unreadable input, a port already taken, a full disk. Its text is complete and
/// starts with the subject ("capture.jsonl: permission denied"). Thrown anywhere, caught where the
/// program ends, which prints it and exits 3, or where one input can't be read and others can. What is
/// expected to happen is a value, never this.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace farehook
