#pragma once

#include <atomic>
#include <cstddef>

namespace farehook {

/// A share of the bytes that all requests in the air may hold together, given back in the end.
class ByteClaim {
 public:
  ByteClaim(std::atomic<size_t>& held, size_t limit) : held_(held), limit_(limit) {}
  ~ByteClaim() { held_ -= bytes_; }
  ByteClaim(const ByteClaim&) = delete;
  ByteClaim& operator=(const ByteClaim&) = delete;

  /// Claims more. Returns whether all claims together are within the limit.
  bool add(size_t count) {
    bytes_ += count;
    return held_.fetch_add(count) + count <= limit_;
  }

 private:
  std::atomic<size_t>& held_;
  const size_t limit_;
  size_t bytes_ = 0;
};

}  // namespace farehook
