#include "cli/wording.hpp"

#include <algorithm>
#include <cstdio>

namespace farehook {

std::string counted(uint64_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string padded(std::string text, size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string left_padded(std::string text, size_t width) {
  if (text.size() < width) text.insert(0, width - text.size(), ' ');
  return text;
}

std::string in_words(std::chrono::microseconds time) {
  const double ms = static_cast<double>(time.count()) / 1000;
  char text[32];
  if (ms < 1)
    std::snprintf(text, sizeof text, "%.2f ms", ms);
  else if (ms < 100)
    std::snprintf(text, sizeof text, "%.1f ms", ms);
  else if (ms < 1000)
    std::snprintf(text, sizeof text, "%.0f ms", ms);
  else
    std::snprintf(text, sizeof text, "%.2f s", ms / 1000);
  return text;
}

std::string alternatives(const std::vector<std::string>& words, const char* before_last) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? before_last : ", ") + words[i];
  return text;
}

std::string wrapped(std::string_view text, const std::string& indent, size_t columns) {
  std::string result, line;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && indent.size() + line.size() + 1 + word.size() > columns) {
      result += indent + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + std::string(word);
  }
  return result + indent + line + "\n";
}

}  // namespace farehook
