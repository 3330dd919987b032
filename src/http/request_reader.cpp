#include "http/request_reader.hpp"

#include "delivery/header_field.hpp"

#include <algorithm>
#include <utility>

namespace farehook {

namespace {

constexpr uint64_t max_refused_body_bytes = uint64_t{32} << 20;  // read from a sender who is told no
constexpr size_t max_reserved_bytes = size_t{256} << 10;         // for what is only promised

Refusal too_large(size_t max_bytes) {
  return {413, "the body is larger than " + std::to_string(max_bytes) + " bytes"};
}

}  // namespace

RequestReader::RequestReader(const Limits& limits) : limits_(limits) { next(); }

RequestReader::State RequestReader::read(std::string_view& bytes) {
  if (state_ == State::head)
    read_head(bytes);
  else if (state_ == State::body)
    read_body(bytes);
  return state_;
}

void RequestReader::read_head(std::string_view& bytes) {
  while (!bytes.empty() && state_ == State::head) {
    const size_t feed = bytes.find('\n');
    const size_t count = std::min(feed, bytes.size() - 1) + 1;
    if (!claim_->add(count)) return give_up({503, "too many requests at once"});
    text_.append(bytes.substr(0, count));
    bytes.remove_prefix(count);
    // Whoever speaks another protocol sends no line: it is told at its first byte.
    if (!is_token_character(text_.front()) && text_.front() != '\r')
      return give_up(
          {400, "the request line can't be understood; if it is TLS: this port speaks plain HTTP"});
    const size_t length = text_.size() - line_begin_;
    if (length > max_head_line_bytes + 2)
      return give_up(lines_ == 0 ? Refusal{414, "the request line is longer than 8 KiB"}
                                 : Refusal{431, "a header field is longer than 8 KiB"});
    if (text_.size() > max_head_bytes) return give_up({431, "the header fields are longer than 128 KiB"});
    if (feed == std::string_view::npos) return;
    if (length < 2 || text_[text_.size() - 2] != '\r') return give_up({400, "a line does not end in CRLF"});
    if (length > 2) {
      line_begin_ = text_.size();
      if (++lines_ > max_header_fields + 1) return give_up({431, "more than 100 header fields"});
    } else if (lines_ == 0) {
      text_.clear();  // an empty line before the request (RFC 9112, 2.2)
    } else {
      end_head();
    }
  }
}

void RequestReader::end_head() {
  if (auto unclear = read_request_head(text_, head_)) return give_up(std::move(*unclear));
  const uint64_t length = head_.framing.length;
  const bool is_empty = head_.framing.kind != Framing::Kind::chunked && length == 0;
  state_ = is_empty ? State::complete : State::body;
  if (length > limits_.max_body_bytes)
    refuse(too_large(limits_.max_body_bytes));
  else
    body_.reserve(std::min<uint64_t>(length, max_reserved_bytes));
}

void RequestReader::read_body(std::string_view& bytes) {
  if (head_.framing.kind == Framing::Kind::chunked) {
    auto unclear = chunks_.read(bytes, [this](std::string_view piece) { take(piece); });
    if (unclear) return give_up(refusal_.value_or(*unclear));
    if (chunks_.is_complete()) state_ = State::complete;
  } else {
    const std::string_view piece = bytes.substr(0, head_.framing.length - body_bytes_);
    bytes.remove_prefix(piece.size());
    take(piece);
    if (body_bytes_ == head_.framing.length) state_ = State::complete;
  }
  if (refusal_ && state_ == State::body && body_bytes_ > max_refused_body_bytes) state_ = State::broken;
}

void RequestReader::take(std::string_view piece) {
  body_bytes_ += piece.size();
  if (refusal_) return;
  if (body_bytes_ > limits_.max_body_bytes)
    refuse(too_large(limits_.max_body_bytes));
  else if (!claim_->add(piece.size()))
    refuse({503, "too many bodies at once"});
  else
    body_.append(piece);
}

void RequestReader::refuse(Refusal why) {
  refusal_ = std::move(why);
  body_ = std::string();
  const bool waits = head_.expects_continue && body_bytes_ == 0;  // and would not send it now
  if (state_ == State::body && (waits || head_.framing.length > max_refused_body_bytes))
    state_ = State::broken;
}

void RequestReader::give_up(Refusal why) {
  // For people, and for who asked by HEAD: what the request line says, if it has come.
  if (state_ == State::head && lines_ > 0) read_request_head(text_.substr(0, text_.find('\n') + 1), head_);
  refusal_ = std::move(why);
  state_ = State::broken;
}

Delivery RequestReader::take_delivery() {
  head_.delivery.body = std::move(body_);
  return std::move(head_.delivery);
}

void RequestReader::next() {
  state_ = State::head;
  text_ = {};  // what waits for a request holds no memory
  line_begin_ = lines_ = 0;
  head_ = {};
  chunks_ = {};
  body_ = {};
  body_bytes_ = 0;
  refusal_.reset();
  claim_.emplace(limits_.held_bytes, limits_.max_held_bytes);
}

}  // namespace farehook
