#include "cli/excerpt.hpp"

#include "delivery/utf8.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

namespace farehook {

namespace {

constexpr size_t max_columns = 72;  // 80 with an indent of 4 and " ..."
constexpr size_t columns_before = 36;

/// How many columns a character takes on a terminal: East Asian wide characters and emoji take two, marks
/// that join the one before none (after Unicode's East Asian Width, in blocks).
size_t columns_of(char32_t c) {
  struct Block {
    char32_t first, last;
  };
  constexpr Block none[] = {{0x300, 0x36f}, {0x200b, 0x200f}, {0xfe00, 0xfe0f}, {0x1f3fb, 0x1f3ff}};
  constexpr Block two[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
                           {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
                           {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1faff}, {0x20000, 0x3fffd}};
  const auto holds = [c](const Block& block) { return c >= block.first && c <= block.last; };
  if (std::any_of(std::begin(none), std::end(none), holds)) return 0;
  return std::any_of(std::begin(two), std::end(two), holds) ? 2 : 1;
}

char32_t code_point(std::string_view sequence) {
  const auto lead = static_cast<unsigned char>(sequence.front());
  char32_t c = sequence.size() == 1   ? lead
               : sequence.size() == 2 ? lead & 0x1fu
               : sequence.size() == 3 ? lead & 0x0fu
                                      : lead & 0x07u;
  for (const char next : sequence.substr(1)) c = c << 6 | (static_cast<unsigned char>(next) & 0x3fu);
  return c;
}

/// Control characters, and those that change the direction of a text or can't be seen.
bool steers(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

struct Cell {
  size_t offset;  ///< in the line
  std::string text;
  size_t columns;
};

/// The characters from `begin` on, until they are more than an excerpt takes.
std::vector<Cell> cells(std::string_view line, size_t begin, size_t end) {
  std::vector<Cell> result;
  for (size_t at = begin; at < end;) {
    const auto byte = static_cast<unsigned char>(line[at]);
    const size_t length = byte < 0x80 ? 1 : utf8_sequence_length(line.data() + at, line.data() + line.size());
    const std::string_view sequence = line.substr(at, length);
    if (byte == '\t')
      result.push_back({at, " ", 1});
    else if (length == 0 || steers(code_point(sequence)))
      result.push_back({at, "?", 1});
    else
      result.push_back({at, std::string(sequence), columns_of(code_point(sequence))});
    at += std::max<size_t>(length, 1);
  }
  return result;
}

/// The first byte of the character that this byte is a part of.
size_t character_begin(std::string_view line, size_t at) {
  for (size_t back = 0; back < 3 && at > 0 && (static_cast<unsigned char>(line[at]) & 0xc0) == 0x80; ++back)
    --at;
  return at;
}

}  // namespace

Excerpt excerpt_of(std::string_view line, size_t offset, size_t length) {
  offset = std::min(offset, line.size());
  size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos || begin > offset) begin = std::min(begin, offset);
  Excerpt excerpt;
  if (offset - begin > columns_before) {
    begin = character_begin(line, offset - columns_before);
    excerpt.line = "... ";
  }
  // No character has more than four bytes.
  const size_t end = std::min(line.size(), begin + 4 * max_columns);
  size_t columns = excerpt.line.size(), marked = 0;
  excerpt.marks.assign(columns, ' ');
  for (const Cell& cell : cells(line, begin, end)) {
    if (columns + cell.columns > max_columns) {
      excerpt.line += " ...";
      break;
    }
    columns += cell.columns;
    excerpt.line += cell.text;
    if (cell.offset < offset)
      excerpt.marks.append(cell.columns, ' ');
    else if (cell.offset < offset + length)
      for (size_t column = 0; column < cell.columns; ++column) excerpt.marks += marked++ == 0 ? '^' : '~';
  }
  if (marked == 0) excerpt.marks += '^';
  return excerpt;
}

}  // namespace farehook
