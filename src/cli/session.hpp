#pragma once

#include <atomic>

namespace farehook {

/// What has been asked of the process from outside. Written to by a signal handler, or by a test; a command
/// waits for descriptor() to become readable.
class Signals {
 public:
  Signals();  ///< Throws Error.
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// Asks to stop, for the signal of this number. Returns whether it was asked before: then the process
  /// leaves at once. Safe in a signal handler, as is ask_to_reopen().
  bool ask_to_stop(int signal);
  void ask_to_reopen();

  int stop_signal() const { return stop_signal_.load(); }  ///< 0: not asked
  /// Whether a program that has nothing to reopen was asked to stop: SIGHUP asks it, too.
  bool has_been_asked();
  bool take_reopen() { return reopen_.exchange(false); }  ///< whether it was asked since the last call

  int descriptor() const { return descriptor_; }
  void wake() const;  ///< makes it readable
  void rest() const;  ///< and not readable again

 private:
  std::atomic<int> stop_signal_{0};
  std::atomic<bool> reopen_{false};
  int descriptor_;
};

/// What the process hands to the program: its streams, as descriptors, and its signals.
struct Session {
  int in = 0;
  int out = 1;  ///< records, help
  int err = 2;  ///< all that is for people
  Signals& signals;
};

}  // namespace farehook
