// Any bytes as what comes behind a request: wherever the pieces in which they come end, the answer is the
// same.

#include "http/answer_reader.hpp"

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

using namespace farehook;

namespace {

struct Answer {
  AnswerReader::State state;
  std::optional<int> status;
  std::string retry_after;
  bool keeps_connection;
  size_t bytes;  ///< that belong to it, if it is complete

  bool operator==(const Answer&) const = default;
};

/// What is read from the bytes, which come in pieces of so many.
Answer answer_in(std::string_view bytes, size_t piece_bytes, bool is_to_head) {
  using State = AnswerReader::State;
  AnswerReader reader;
  reader.begin(is_to_head);
  size_t at = 0;
  while (at < bytes.size() && reader.state() == State::incomplete) {
    std::string_view piece = bytes.substr(at, piece_bytes);
    const size_t before = piece.size();
    if (reader.read(piece) == State::incomplete && !piece.empty()) std::abort();
    at += before - piece.size();
  }
  if (reader.state() == State::complete && !reader.status()) std::abort();
  if (reader.status() && (*reader.status() < 100 || *reader.status() > 999)) std::abort();
  const bool is_complete = reader.state() == State::complete;
  reader.end();
  return {reader.state(), reader.status(), reader.retry_after(), reader.keeps_connection(),
          is_complete ? at : 0};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const bool is_to_head : {false, true}) {
    const Answer whole = answer_in(bytes, std::string::npos, is_to_head);
    if (answer_in(bytes, 1, is_to_head) != whole) std::abort();
    if (data[0] > 1 && answer_in(bytes, data[0], is_to_head) != whole) std::abort();
  }
  return 0;
}
