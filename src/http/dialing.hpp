#pragma once

#include "http/route.hpp"
#include "http/transport.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace farehook {

/// Makes a connection to a route's endpoint: its addresses are tried one after the other, first the one that
/// took the last connection. It never waits, but for the system's resolver. What is spoken on the connection,
/// TLS included, is none of its business.
class Dialing {
 public:
  /// Called with each socket that is made, before anything is waited for on it.
  using Opened = std::function<void(int socket)>;

  /// goes_on: there is more to be done at once. waits: until the socket can be written to. connected: it is
  /// done. failed: no address is left, and fault() says why.
  enum class State { goes_on, waits, connected, failed };

  /// As an Attempt has them: dns or refused, and what more is known.
  struct Fault {
    std::string error, detail;
  };

  /// The route must outlive it.
  Dialing(Route& route, Opened opened) : route_(route), opened_(std::move(opened)) {}

  /// Begins anew, with all addresses.
  void begin() { tried_ = 0; }

  /// Does the next thing, with the transport that it has made before, if there is one. Throws std::bad_alloc.
  State go_on(std::optional<Transport>& transport);
  const Fault& fault() const { return fault_; }

 private:
  State open_next(std::optional<Transport>& transport);
  State next_or(Fault fault);

  Route& route_;
  const Opened opened_;
  Route::Addresses addresses_;
  size_t address_ = 0, tried_ = 0;  ///< which one is tried, and how many are
  Fault fault_;
};

}  // namespace farehook
