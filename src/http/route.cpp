#include "http/route.hpp"

#include <utility>

namespace farehook {

namespace {

constexpr std::chrono::seconds fault_holds{1};

}  // namespace

Route::Route(SenderOptions options)
    : options_(std::move(options)),
      authority_(options_.endpoint.authority()),
      tls_(options_.endpoint.is_tls ? make_client_tls_context(options_.trust) : nullptr) {}

std::variant<Route::Addresses, ResolveFault> Route::addresses() {
  const std::lock_guard lock(mutex_);
  if (addresses_) return addresses_;
  if (asked_ != Clock::time_point{} && Clock::now() - asked_ < fault_holds) return fault_;
  auto found = addresses_of(options_.endpoint.host, options_.endpoint.port);
  asked_ = Clock::now();
  if (auto* fault = std::get_if<ResolveFault>(&found)) return fault_ = std::move(*fault);
  addresses_ = std::make_shared<const std::vector<SocketAddress>>(
      std::get<std::vector<SocketAddress>>(std::move(found)));
  return addresses_;
}

}  // namespace farehook
