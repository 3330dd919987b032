#include "http/answer_reader.hpp"

#include "delivery/ascii.hpp"
#include "delivery/header_field.hpp"
#include "delivery/letter_case.hpp"
#include "http/framing.hpp"

#include <algorithm>
#include <utility>

namespace farehook {

namespace {

constexpr size_t max_status_line_bytes = 8192;
constexpr size_t max_heads_bytes = size_t{256} << 10;  ///< of an answer and the interim ones before it
constexpr uint64_t max_answer_bytes = uint64_t{1} << 20;

/// Whether the text is a status line, as far as it has come.
bool begins_as_status_line(std::string_view text) {
  constexpr std::string_view form = "HTTP/1.9 999";
  for (size_t at = 0; at < std::min(text.size(), form.size()); ++at)
    if (form[at] == '9' ? !is_digit(text[at]) : text[at] != form[at]) return false;
  return text.size() <= form.size() || text[form.size()] == ' ' || text[form.size()] == '\r';
}

}  // namespace

void AnswerReader::begin(bool is_to_head) {
  *this = AnswerReader{};
  is_to_head_ = is_to_head;
}

AnswerReader::State AnswerReader::read(std::string_view& bytes) {
  while (!bytes.empty() && state_ == State::incomplete) {
    if (!status_)
      read_head(bytes);
    else
      read_body(bytes);
  }
  return state_;
}

AnswerReader::State AnswerReader::end() {
  if (state_ == State::incomplete && status_ && framing_ == Framing::until_end) state_ = State::complete;
  return state_;
}

void AnswerReader::read_head(std::string_view& bytes) {
  const size_t feed = bytes.find('\n');
  const size_t count = std::min(feed, bytes.size() - 1) + 1;
  line_.append(bytes.substr(0, count));
  bytes.remove_prefix(count);
  head_bytes_ += count;
  const bool is_status_line = present_status_ == 0;
  const bool is_whole = feed != std::string_view::npos;
  if (head_bytes_ > max_heads_bytes || (is_status_line && line_.size() > max_status_line_bytes) ||
      (is_status_line && !is_whole && !begins_as_status_line(line_))) {
    state_ = State::garbled;
  } else if (is_whole) {
    // A line may end in a bare line feed (RFC 9112, 2.2).
    line_.resize(line_.size() - (line_.ends_with("\r\n") ? 2 : 1));
    read_line(line_);
    line_.clear();
  }
}

void AnswerReader::read_line(std::string_view line) {
  if (present_status_ == 0) {
    if (!read_status_line(line)) state_ = State::garbled;
  } else if (!line.empty()) {
    read_field(line);
  } else {
    end_head();
  }
}

/// "HTTP/1.1 200 OK"; the reason is read past, and may be missing with the blank before it.
bool AnswerReader::read_status_line(std::string_view line) {
  constexpr std::string_view shortest = "HTTP/1.1 200";
  if (line.size() < shortest.size() || !begins_as_status_line(line)) return false;
  is_1_0_ = line[7] == '0';
  present_status_ = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  return present_status_ >= 100;
}

void AnswerReader::read_field(std::string_view line) {
  const size_t colon = std::min(line.find(':'), line.size());
  const std::string name = lower_case(line.substr(0, colon));
  if (colon == line.size() || !is_token(name)) {
    is_unclear_ = true;
    return;
  }
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (name == "connection") {
    says_close_ |= lists(value, "close");
    says_keep_alive_ |= lists(value, "keep-alive");
  } else if (name == "retry-after") {
    if (retry_after_.empty()) retry_after_ = value;
  } else if (name == "transfer-encoding") {
    const size_t last = value.rfind(',');
    is_chunked_ = lists(value.substr(last == std::string_view::npos ? 0 : last + 1), "chunked");
  } else if (name == "content-length") {
    const auto framing = framing_of({std::string(value)}, {});
    const auto* length = std::get_if<farehook::Framing>(&framing);
    if (length == nullptr || (length_ && *length_ != length->length))
      state_ = State::garbled;
    else
      length_ = length->length;
  }
}

void AnswerReader::end_head() {
  const int status = std::exchange(present_status_, 0);
  // 101 is none of them: what follows it is not HTTP (RFC 9110, 15.2.2).
  const bool is_interim = status < 200 && status != 101;
  if (is_interim) {
    AnswerReader next;
    next.is_to_head_ = is_to_head_;
    next.head_bytes_ = head_bytes_;
    *this = std::move(next);
    return;
  }
  status_ = status;
  // RFC 9112, 6.3.
  if (is_to_head_ || status < 200 || status == 204 || status == 304)
    framing_ = Framing::none;
  else if (is_chunked_)
    framing_ = *is_chunked_ ? Framing::chunked : Framing::until_end;
  else
    framing_ = length_ ? Framing::length : Framing::until_end;
  is_unclear_ |= is_chunked_ && length_;
  keeps_ = framing_ != Framing::until_end && status >= 200 && !is_unclear_ && !says_close_ &&
           (!is_1_0_ || says_keep_alive_);
  if (framing_ == Framing::none || (framing_ == Framing::length && length_ == 0))
    state_ = State::complete;
  else if (framing_ == Framing::length && *length_ > max_answer_bytes)
    state_ = State::too_large;
}

void AnswerReader::read_body(std::string_view& bytes) {
  if (framing_ == Framing::chunked) {
    const auto unclear = chunks_.read(bytes, [this](std::string_view piece) { take(piece.size()); });
    if (unclear && state_ == State::incomplete) state_ = State::garbled;
    if (chunks_.is_complete() && state_ == State::incomplete) state_ = State::complete;
  } else {
    const uint64_t left = framing_ == Framing::length ? *length_ - body_bytes_ : bytes.size();
    const size_t count = static_cast<size_t>(std::min<uint64_t>(left, bytes.size()));
    bytes.remove_prefix(count);
    take(count);
    if (framing_ == Framing::length && body_bytes_ == *length_) state_ = State::complete;
  }
}

void AnswerReader::take(size_t count) {
  body_bytes_ += count;
  if (body_bytes_ > max_answer_bytes) state_ = State::too_large;
}

}  // namespace farehook
