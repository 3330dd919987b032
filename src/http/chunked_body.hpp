#pragma once

#include "http/refusal.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace farehook {

/// Takes a body in chunks (RFC 9112, 7.1) apart, piece by piece as it comes. Extensions and trailer fields
/// are read past. Read strictly: a size is hexadecimal digits and nothing else, and each line ends in CRLF.
class ChunkedBody {
 public:
  /// Called with each piece of the body.
  using Take = std::function<void(std::string_view)>;

  /// Takes what belongs to the body off the front of `bytes`. Returns why it can't be understood.
  std::optional<Refusal> read(std::string_view& bytes, const Take& take);

  bool is_complete() const { return state_ == State::complete; }

 private:
  enum class State { size, extension, size_end, data, data_return, data_end, trailer, trailer_end, complete };

  /// Whether the byte may stand here.
  bool step(char c);
  bool add_digit(int digit);

  State state_ = State::size;
  uint64_t left_ = 0;      ///< of the present chunk
  int digits_ = 0;         ///< of its size
  bool is_empty_ = true;   ///< the present line of the trailer
  size_t idle_bytes_ = 0;  ///< of extensions and trailer fields
};

}  // namespace farehook
