#include "http/chunked_body.hpp"

#include "delivery/hex_digit.hpp"

#include <algorithm>

namespace farehook {

namespace {

constexpr int max_digits = 15;                       // of a chunk's size: no sum of them overflows
constexpr size_t max_idle_bytes = size_t{64} << 10;  // of all that is read past in one body

bool is_text(char c) { return static_cast<unsigned char>(c) >= ' ' || c == '\t'; }

}  // namespace

std::optional<Refusal> ChunkedBody::read(std::string_view& bytes, const Take& take) {
  while (!bytes.empty() && state_ != State::complete) {
    if (state_ == State::data) {
      const size_t count = static_cast<size_t>(std::min<uint64_t>(left_, bytes.size()));
      take(bytes.substr(0, count));
      bytes.remove_prefix(count);
      left_ -= count;
      if (left_ == 0) state_ = State::data_return;
      continue;
    }
    if (!step(bytes.front())) return Refusal{400, "the body's chunks can't be understood"};
    bytes.remove_prefix(1);
  }
  return std::nullopt;
}

bool ChunkedBody::step(char c) {
  switch (state_) {
    case State::size:
      if (const int digit = hex_value(c); digit >= 0) return add_digit(digit);
      if (digits_ == 0 || (c != '\r' && c != ';')) return false;
      state_ = c == ';' ? State::extension : State::size_end;
      return true;
    case State::extension:
      if (c == '\r') state_ = State::size_end;
      return c == '\r' || (is_text(c) && ++idle_bytes_ <= max_idle_bytes);
    case State::size_end:
      state_ = left_ == 0 ? State::trailer : State::data;
      digits_ = 0;
      return c == '\n';
    case State::data_return:
      state_ = State::data_end;
      return c == '\r';
    case State::data_end:
      state_ = State::size;
      return c == '\n';
    case State::trailer:
      if (c == '\r') {
        state_ = State::trailer_end;
        return true;
      }
      is_empty_ = false;
      return is_text(c) && ++idle_bytes_ <= max_idle_bytes;
    case State::trailer_end:
      state_ = is_empty_ ? State::complete : State::trailer;
      is_empty_ = true;
      return c == '\n';
    case State::data:
    case State::complete:
      break;
  }
  return false;
}

bool ChunkedBody::add_digit(int digit) {
  left_ = left_ * 16 + static_cast<uint64_t>(digit);
  return ++digits_ <= max_digits;
}

}  // namespace farehook
