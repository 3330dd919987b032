#pragma once

#include "delivery/endpoint.hpp"

#include <chrono>
#include <string>

namespace farehook {

/// Whom a client trusts.
struct TlsTrust {
  bool verifies_certificate = true;
  std::string ca_file;  ///< PEM, instead of the system's authorities; "": those
};

/// Where deliveries are sent to, and how long and by whom they may be answered.
struct SenderOptions {
  Endpoint endpoint;
  std::chrono::milliseconds timeout{30'000};  ///< for a whole attempt, the connection included
  TlsTrust trust;
};

}  // namespace farehook
