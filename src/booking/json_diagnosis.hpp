#pragma once

#include "delivery/json_text.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace farehook {

/// What is wrong with a text that is not JSON, as a person would say it.
struct Diagnosis {
  std::string_view rule;  ///< its name
  size_t offset, length;  ///< the bytes to look at
  std::string message;
  std::string remedy;  ///< or ""
};

/// What the text is, if it can be told without reading it as JSON: nothing, UTF-16, gzip, a page, a form.
std::optional<Diagnosis> diagnose_whole(std::string_view text);

/// What the fault is that read_json() met in the text. What can be mended without moving what stands behind
/// it is mended in the text (True becomes true, a comment spaces), so that it can be read on.
struct Repair {
  Diagnosis diagnosis;
  bool is_mended;
  std::optional<size_t> stand_in = std::nullopt;  ///< where a value now stands for one that is not known
};
Repair diagnose_and_mend(std::string& text, const JsonFault& fault);

}  // namespace farehook
