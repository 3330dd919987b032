#include "delivery/json_text.hpp"

#include "delivery/ascii.hpp"
#include "delivery/json_string.hpp"
#include "delivery/utf8.hpp"

#include <endian.h>

#include <bit>
#include <bitset>
#include <cstring>

namespace farehook {

namespace {

constexpr uint64_t every_byte(uint8_t value) { return 0x0101010101010101u * value; }

/// How many of eight bytes, from the first, are ASCII that stands for itself in a string: no control, quote
/// or backslash. A subtraction borrows only behind a byte that does not.
size_t plain_bytes(const char* eight) {
  uint64_t bytes = 0;
  std::memcpy(&bytes, eight, sizeof bytes);
  bytes = le64toh(bytes);
  const uint64_t quote = bytes ^ every_byte('"'), backslash = bytes ^ every_byte('\\');
  const uint64_t below = (bytes - every_byte(0x20)) | (quote - every_byte(1)) | (backslash - every_byte(1));
  return static_cast<size_t>(std::countr_zero((below | bytes) & every_byte(0x80))) / 8;
}

class Reader {
 public:
  Reader(std::string_view text, JsonVisitor& visitor, size_t max_depth)
      : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), visitor_(visitor) {
    max_depth_ = std::min(max_depth, is_object_.size() - 1);
    if (text.starts_with("\xef\xbb\xbf")) at_ += 3;
  }

  std::optional<JsonFault> read() {
    for (;;) {
      skip_space();
      if (at_ == end_ && expected_ != Expected::nothing) return fault("ends too early");
      switch (expected_) {
        case Expected::value_or_end:
          if (*at_ == ']') {
            close();
            continue;
          }
          [[fallthrough]];
        case Expected::value:
          if (!value()) return fault_;
          continue;
        case Expected::key_or_end:
          if (*at_ == '}') {
            close();
            continue;
          }
          [[fallthrough]];
        case Expected::key:
          if (!key()) return fault_;
          continue;
        case Expected::comma_or_end:
          if (!comma_or_end()) return fault_;
          continue;
        case Expected::nothing:
          if (at_ != end_) return fault("something follows the value");
          return std::nullopt;
      }
    }
  }

 private:
  enum class Expected : uint8_t { value, value_or_end, key, key_or_end, comma_or_end, nothing };

  std::optional<JsonFault> fault(const char* reason) {
    fault_ = JsonFault{static_cast<size_t>(at_ - begin_), reason};
    return fault_;
  }
  bool refuse(const char* reason) {
    fault(reason);
    return false;
  }

  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  std::string_view since(const char* start) const { return {start, static_cast<size_t>(at_ - start)}; }

  void value_ended() { expected_ = depth_ == 0 ? Expected::nothing : Expected::comma_or_end; }

  bool value() {
    const char* start = at_;
    switch (*at_) {
      case '{':
      case '[':
        return open();
      case '"':
        if (!string()) return false;
        visitor_.scalar(JsonKind::string, since(start));
        break;
      case 't':
        if (!literal("true")) return false;
        visitor_.scalar(JsonKind::boolean, since(start));
        break;
      case 'f':
        if (!literal("false")) return false;
        visitor_.scalar(JsonKind::boolean, since(start));
        break;
      case 'n':
        if (!literal("null")) return false;
        visitor_.scalar(JsonKind::null, since(start));
        break;
      default:
        if (*at_ != '-' && !is_digit(*at_)) return refuse("expected a value");
        if (!number()) return false;
        visitor_.scalar(JsonKind::number, since(start));
    }
    value_ended();
    return true;
  }

  bool open() {
    if (depth_ == max_depth_) return refuse("nested too deep");
    const bool object = *at_ == '{';
    is_object_[++depth_] = object;
    visitor_.open(object ? JsonKind::object : JsonKind::array, at_);
    ++at_;
    expected_ = object ? Expected::key_or_end : Expected::value_or_end;
    return true;
  }

  void close() {
    const JsonKind kind = is_object_[depth_--] ? JsonKind::object : JsonKind::array;
    visitor_.close(kind, ++at_);
    value_ended();
  }

  bool key() {
    const char* start = at_;
    if (*at_ != '"') return refuse("expected a key in double quotes");
    if (!string()) return false;
    const std::string_view raw = since(start);
    skip_space();
    if (at_ == end_) return refuse("ends too early");
    if (*at_ != ':') return refuse("expected a colon");
    ++at_;
    visitor_.key(raw);
    expected_ = Expected::value;
    return true;
  }

  bool comma_or_end() {
    const bool object = is_object_[depth_];
    if (*at_ == (object ? '}' : ']')) {
      close();
      return true;
    }
    if (*at_ != ',') return refuse(object ? "expected a comma or }" : "expected a comma or ]");
    ++at_;
    expected_ = object ? Expected::key : Expected::value;
    return true;
  }

  bool literal(std::string_view word) {
    for (char c : word) {
      if (at_ == end_) return refuse("ends too early");
      if (*at_ != c) return refuse("expected a value");
      ++at_;
    }
    return true;
  }

  bool digits() {
    if (at_ == end_) return refuse("ends too early");
    if (!is_digit(*at_)) return refuse("expected a digit");
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return true;
  }

  bool number() {
    if (*at_ == '-') ++at_;
    if (at_ != end_ && *at_ == '0')
      ++at_;
    else if (!digits())
      return false;
    if (at_ != end_ && *at_ == '.') {
      ++at_;
      if (!digits()) return false;
    }
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
      ++at_;
      if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
      if (!digits()) return false;
    }
    return true;
  }

  bool string() {
    ++at_;
    for (;;) {
      while (end_ - at_ >= 8) {
        const size_t count = plain_bytes(at_);
        at_ += count;
        if (count < 8) break;
      }
      if (at_ == end_) return refuse("ends inside a string");
      const auto byte = static_cast<unsigned char>(*at_);
      if (byte == '"') {
        ++at_;
        return true;
      }
      if (byte < 0x20) return refuse("a control character inside a string");
      if (byte == '\\') {
        if (!escape()) return false;
      } else if (byte < 0x80) {
        ++at_;
      } else {
        const size_t length = utf8_sequence_length(at_, end_);
        if (length == 0) return refuse("not UTF-8");
        at_ += length;
      }
    }
  }

  bool escape() {
    if (end_ - at_ < 2) return refuse("ends inside a string");
    if (at_[1] != 'u') {
      if (std::strchr("\"\\/bfnrt", at_[1]) == nullptr || at_[1] == '\0') return refuse("no such escape");
      at_ += 2;
      return true;
    }
    const int unit = hex_unit(at_ + 2, end_);
    if (unit < 0) return refuse("expected four hexadecimal digits");
    if (is_low_surrogate(unit)) return refuse("half of a surrogate pair");
    if (is_high_surrogate(unit)) {
      const bool another = end_ - at_ >= 8 && at_[6] == '\\' && at_[7] == 'u';
      if (!another || !is_low_surrogate(hex_unit(at_ + 8, end_))) return refuse("half of a surrogate pair");
      at_ += 6;
    }
    at_ += 6;
    return true;
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  JsonVisitor& visitor_;
  size_t max_depth_;
  size_t depth_ = 0;
  std::bitset<most_json_depth + 1> is_object_;
  Expected expected_ = Expected::value;
  std::optional<JsonFault> fault_;
};

}  // namespace

std::optional<JsonFault> read_json(std::string_view text, JsonVisitor& visitor, size_t max_depth) {
  return Reader(text, visitor, max_depth).read();
}

}  // namespace farehook
