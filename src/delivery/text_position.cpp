#include "delivery/text_position.hpp"

#include "delivery/utf8.hpp"

#include <algorithm>

namespace farehook {

TextPosition PositionFinder::at(size_t offset) {
  offset = std::min(offset, text_.size());
  if (offset < offset_) *this = PositionFinder(text_);
  while (offset_ < offset) {
    const char c = text_[offset_];
    if (c == '\n') {
      ++position_.line;
      position_.column = 1;
      ++offset_;
      continue;
    }
    const char* at = text_.data() + offset_;
    const size_t length =
        static_cast<unsigned char>(c) < 0x80 ? 1 : utf8_sequence_length(at, text_.data() + text_.size());
    offset_ += std::max<size_t>(length, 1);
    ++position_.column;
  }
  return position_;
}

TextPosition position_of(std::string_view text, size_t offset) { return PositionFinder(text).at(offset); }

std::string_view line_around(std::string_view text, size_t offset) {
  offset = std::min(offset, text.size());
  const size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const size_t begin = before == std::string_view::npos ? 0 : before + 1;
  std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace farehook
