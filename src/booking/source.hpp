#pragma once

#include <span>
#include <string_view>

namespace farehook {

/// Where a fact about FareHarbor is from. Tables name their sources by these letters.
struct Source {
  std::string_view letters, meaning;
};

std::span<const Source> sources();

}  // namespace farehook
