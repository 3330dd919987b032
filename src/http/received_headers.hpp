#pragma once

#include "delivery/delivery.hpp"
#include "http/library.hpp"

#include <string>
#include <vector>

namespace farehook {

/// A request's header fields, each name once and in lower case; by name where the library does not keep
/// their order.
std::vector<Header> received_headers(const httplib::Request& request);

/// The values of all fields of a name.
std::vector<std::string> values_of(const httplib::Headers& headers, const char* name);

}  // namespace farehook
