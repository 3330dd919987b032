#include "cli/rule_pages.hpp"

#include "booking/source.hpp"
#include "cli/json_finding.hpp"
#include "cli/wording.hpp"

#include <algorithm>

namespace farehook {

namespace {

/// "SCH DOC, RFC 8259, 4": a source's letters are among them as a word.
bool names(std::string_view sources, std::string_view letters) {
  for (size_t at = sources.find(letters); at != std::string_view::npos; at = sources.find(letters, at + 1)) {
    const auto is_letter = [&](size_t place) {
      return place < sources.size() && std::isalnum(static_cast<unsigned char>(sources[place])) != 0;
    };
    if ((at == 0 || !is_letter(at - 1)) && !is_letter(at + letters.size())) return true;
  }
  return false;
}

/// The text behind its head, in as many lines as it takes.
std::string row(const std::string& head, std::string_view text, size_t columns) {
  return wrapped(text, std::string(head.size(), ' '), columns).replace(size_t{0}, head.size(), head);
}

}  // namespace

std::string rule_list(bool as_json, size_t columns) {
  std::string text;
  if (as_json) {
    for (const Rule& rule : rules())
      text += dump({{"rule", rule.name},
                    {"severity", to_string(rule.severity)},
                    {"sentence", rule.sentence},
                    {"why", rule.why},
                    {"source", rule.source}}) +
              "\n";
    return text;
  }
  size_t widest = 0;
  for (const Rule& rule : rules()) widest = std::max(widest, rule.name.size());
  for (const Rule& rule : rules())
    text += row(padded(std::string(rule.name), widest + 2) + padded(std::string(to_string(rule.severity)), 9),
                std::string(rule.sentence) + " (" + std::string(rule.source) + ")", columns);
  text += "\n" + wrapped("Errors fail; warnings fail with --strict; notes never do. Sources:", "", columns);
  for (const Source& source : sources())
    text += row("  " + padded(std::string(source.letters), 6), source.meaning, columns);
  return text;
}

std::string rule_page(const Rule& rule) {
  std::string text = std::string(rule.name) + " (" + std::string(to_string(rule.severity)) + ")\n\n";
  text += wrapped(std::string(rule.sentence) + ".", "  ");
  text += "\n" + wrapped(rule.why, "  ");
  text += "\n  Source: " + std::string(rule.source) + "\n";
  for (const Source& source : sources())
    if (names(rule.source, source.letters))
      text += "    " + padded(std::string(source.letters), 6) + std::string(source.meaning) + "\n";
  return text;
}

}  // namespace farehook
