#pragma once

#include "booking/members.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace farehook {

/// Told of each rule that is broken: its name, the value to look at, a sentence, and what to write instead.
using Complain =
    std::function<void(std::string_view rule, const JsonNode& at, std::string message, std::string remedy)>;

/// Checks what types can't say: whether an object agrees with itself and with what stands in it. The rules
/// are those of the last part of rules(). A value of the wrong type is not to be among the members: it has
/// been found already.
void check_consistency(const Members& members, const Complain& complain);

}  // namespace farehook
