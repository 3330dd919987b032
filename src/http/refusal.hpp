#pragma once

#include "delivery/delivery.hpp"

#include <string>
#include <vector>

namespace farehook {

/// Why a request is not taken, and what its sender is told.
struct Refusal {
  int status = 400;
  std::string reason;
  std::vector<Header> headers{};  ///< that an answer of this status has to have
};

}  // namespace farehook
