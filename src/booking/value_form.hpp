#pragma once

#include "booking/field.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace farehook {

/// A value of the right type that does not look as FareHarbor writes it.
struct FormFault {
  std::string_view rule;  ///< its name
  std::string message;    ///< what follows the value's name: "has a colon in its offset"
  std::string remedy;     ///< or ""
};

/// `text` is a string's text, or a number as it is written.
std::optional<FormFault> check_form(Form form, std::string_view text);

/// The minute that a time stands for, or nothing if the text is not a time as FareHarbor writes it.
std::optional<std::chrono::sys_time<std::chrono::minutes>> minute_of(std::string_view text);

}  // namespace farehook
