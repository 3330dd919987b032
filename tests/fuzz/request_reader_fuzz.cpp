// Any bytes on a connection, cut into requests: wherever the pieces in which they come end, the requests are
// the same, and the bytes of each body stand in what came.

#include "http/request_reader.hpp"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

using namespace farehook;

namespace {

struct Request {
  Delivery delivery;
  int refused = 0;  ///< the status; 0: it is taken

  bool operator==(const Request&) const = default;
};

/// The requests that are cut out of the bytes, which come in pieces of so many.
std::vector<Request> requests_in(std::string_view bytes, size_t piece_bytes) {
  std::atomic<size_t> held{0};
  std::vector<Request> requests;
  {
    RequestReader reader({.max_body_bytes = 4096, .held_bytes = held, .max_held_bytes = size_t{1} << 20});
    for (size_t at = 0; at < bytes.size() && reader.state() != RequestReader::State::broken;) {
      std::string_view piece = bytes.substr(at, piece_bytes);
      at += piece.size();
      while (!piece.empty() && reader.state() != RequestReader::State::broken) {
        const size_t before = piece.size();
        const auto state = reader.read(piece);
        if (state == RequestReader::State::complete) {
          const int refused = reader.refusal() ? reader.refusal()->status : 0;
          requests.push_back({reader.take_delivery(), refused});
          reader.next();
        } else if (state != RequestReader::State::broken && piece.size() == before) {
          std::abort();  // it goes on for ever
        }
      }
    }
    if (reader.state() == RequestReader::State::broken) {
      if (!reader.refusal()) std::abort();
      requests.push_back({{}, reader.refusal()->status});
    }
  }
  if (held != 0) std::abort();
  return requests;
}

/// Whether the bytes stand in the text in this order, perhaps with others between them: chunks are joined.
bool is_within(const std::string& bytes, std::string_view text) {
  size_t at = 0;
  for (const char c : text) at += at < bytes.size() && bytes[at] == c;
  return at == bytes.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::vector<Request> whole = requests_in(bytes, std::string::npos);
  for (const Request& request : whole)
    if (!is_within(request.delivery.body, bytes)) std::abort();
  if (requests_in(bytes, 1) != whole) std::abort();
  if (data[0] > 1 && requests_in(bytes, data[0]) != whole) std::abort();
  return 0;
}
