#pragma once

#include "booking/rules.hpp"
#include "cli/terminal.hpp"

namespace farehook {

/// The colour in which a finding is shown.
inline Terminal::Color color_of(Severity severity) {
  return severity == Severity::error     ? Terminal::Color::red
         : severity == Severity::warning ? Terminal::Color::yellow
                                         : Terminal::Color::dim;
}

}  // namespace farehook
