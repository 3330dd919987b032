#pragma once

#include "http/chunked_body.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace farehook {

/// Reads the answer to one request from the bytes of a connection, as they come: its status, and where it
/// ends. Interim answers (1xx) are read past, and so is the body, which is neither kept nor decompressed.
class AnswerReader {
 public:
  /// incomplete: there is more to come. complete: the whole answer has come. garbled: it is not HTTP.
  /// too_large: a body of more than 1 MiB.
  enum class State { incomplete, complete, garbled, too_large };

  /// Begins anew. The answer to HEAD has no body, whatever its fields say (RFC 9110, 9.3.2).
  void begin(bool is_to_head);

  /// Takes what belongs to the answer off the front of `bytes`.
  State read(std::string_view& bytes);
  /// The connection has ended behind what has been read.
  State end();

  State state() const { return state_; }
  bool has_begun() const { return head_bytes_ > 0; }

  /// The final status; nothing before its head has come whole.
  std::optional<int> status() const { return status_; }
  const std::string& retry_after() const { return retry_after_; }  ///< the field's value; "": there is none

  /// Whether the connection may take another request behind the answer (RFC 9112, 9.3).
  bool keeps_connection() const { return keeps_; }
  /// The same, said by the server in so many words.
  bool says_keep_alive() const { return keeps_ && says_keep_alive_; }

 private:
  enum class Framing { none, length, chunked, until_end };

  void read_head(std::string_view& bytes);
  void read_line(std::string_view line);
  bool read_status_line(std::string_view line);
  void read_field(std::string_view line);
  void end_head();
  void read_body(std::string_view& bytes);
  void take(size_t count);

  State state_ = State::incomplete;
  bool is_to_head_ = false;
  std::string line_;        ///< of the head, that has not ended yet
  size_t head_bytes_ = 0;   ///< those of interim answers included
  int present_status_ = 0;  ///< of the head that is being read; 0: its status line has not come
  std::optional<int> status_;
  std::string retry_after_;

  bool is_1_0_ = false, says_close_ = false, says_keep_alive_ = false, keeps_ = false;
  bool is_unclear_ = false;  ///< a line of the head is no field, or says again how long the body is
  std::optional<uint64_t> length_;
  std::optional<bool> is_chunked_;  ///< by the last transfer coding
  Framing framing_ = Framing::none;
  ChunkedBody chunks_;
  uint64_t body_bytes_ = 0;  ///< that have come
};

}  // namespace farehook
