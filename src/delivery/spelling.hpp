#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace farehook {

/// How many characters have to be put in, left out, changed, or swapped with their neighbour to make one name
/// of the other. Lower and upper case are the same, and no character is changed twice: Damerau and
/// Levenshtein's distance of optimal alignment.
size_t spelling_distance(std::string_view one, std::string_view other);

/// The name that is likely to be meant, the nearest one, or "": up to five characters may hold one slip of
/// the pen, longer ones two, and up to three none.
std::string nearest(std::string_view name, std::span<const std::string_view> names);

}  // namespace farehook
