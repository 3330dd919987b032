#pragma once

#include "http/byte_claim.hpp"
#include "http/chunked_body.hpp"
#include "http/refusal.hpp"
#include "http/request_head.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace farehook {

/// Cuts the bytes of a connection into requests, as they come: where one ends and the next begins is decided
/// here, and by nobody else.
class RequestReader {
 public:
  struct Limits {
    size_t max_body_bytes;
    std::atomic<size_t>& held_bytes;  ///< by all connections together
    size_t max_held_bytes;
  };
  /// head: not all of it has come. body: it has, and head() can be asked; not all of the body has. complete:
  /// the whole request has, and what follows is the next. broken: nobody knows where it ends.
  enum class State { head, body, complete, broken };

  explicit RequestReader(const Limits& limits);

  /// Takes what belongs to the request off the front of `bytes`: up to the head's end, then up to its own.
  State read(std::string_view& bytes);

  State state() const { return state_; }
  bool has_begun() const { return !text_.empty() || state_ != State::head; }
  const RequestHead& head() const { return head_; }
  uint64_t body_bytes() const { return body_bytes_; }

  /// Why the request is not taken; nothing if it is. Its body may have been read past all the same.
  const std::optional<Refusal>& refusal() const { return refusal_; }
  /// The request is not taken; a modest body of it is read past, so that its sender gets to read why.
  void refuse(Refusal why);
  /// The request is not taken, and nobody waits for what is left of it.
  void give_up(Refusal why);

  /// The request, when it is complete, its body included; next() begins anew behind it.
  Delivery take_delivery();
  void next();

 private:
  void read_head(std::string_view& bytes);
  void end_head();
  void read_body(std::string_view& bytes);
  void take(std::string_view piece);

  const Limits limits_;
  State state_ = State::head;
  std::string text_;       ///< of the head, as far as it has come
  size_t line_begin_ = 0;  ///< in it: of the line that has not ended yet
  size_t lines_ = 0;       ///< that have
  RequestHead head_;
  ChunkedBody chunks_;
  std::string body_;
  uint64_t body_bytes_ = 0;  ///< that have come, kept or not
  std::optional<Refusal> refusal_;
  std::optional<ByteClaim> claim_;
};

}  // namespace farehook
