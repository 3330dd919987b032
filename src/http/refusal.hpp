#pragma once

#include <string>

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace farehook {

/// Why a request is not taken, and what its sender is told.
struct Refusal {
  int status = 400;
  std::string reason;
};

/// What a status means that the library has answered with by itself.
std::string reason_of(int status);

/// Answers with the status and the reason as text, then closes the connection.
void answer_and_close(const httplib::Request& request, httplib::Response& response, const Refusal& refusal);

}  // namespace farehook
