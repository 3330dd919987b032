#pragma once

namespace farehook {

/// The same for all commands; stated in the man page.
enum ExitStatus : int {
  exit_good = 0,
  exit_not_so = 1,         ///< the thing checked is not so: a finding, --timeout before --count
  exit_usage = 2,          ///< wrong usage
  exit_could_not = 3,      ///< could not go on: unreadable input, port taken, disk full
  exit_signal_base = 128,  ///< and the signal's number: stopped before an asked-for end
};

}  // namespace farehook
