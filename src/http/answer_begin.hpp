#pragma once

#include <chrono>
#include <optional>

namespace farehook {

/// How the answer to a request begins that was sent on a plain TCP connection.
struct AnswerBegin {
  std::optional<int> status;  ///< the final one's; nothing where none has come
  bool is_http = true;        ///< whether what has come is the begin of a status line (RFC 9112, 4)
  /// The peer had closed the connection before the request came to it: its orderly end was there, and what
  /// was sent then was answered by a reset. A reset without that end may come from a program that has read
  /// all.
  bool was_closed_before = false;
};

/// Waits until the deadline for a status line to be there, and leaves it there to be read. Interim answers
/// (1xx) are taken off. The library is kept from three things by this: to take an interim answer for the
/// final one, to read a status line of any length with std::regex, which needs stack for each byte (before
/// 0.20), and to call what is no HTTP a closed connection.
AnswerBegin await_answer(int descriptor, std::chrono::steady_clock::time_point deadline);

}  // namespace farehook
