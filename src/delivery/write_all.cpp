#include "delivery/write_all.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace farehook {

std::error_code write_all(int descriptor, std::string_view bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::write(descriptor, bytes.data() + done, bytes.size() - done);
    if (count > 0) {
      done += static_cast<size_t>(count);
    } else if (count < 0 && errno == EAGAIN) {
      pollfd writable{descriptor, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (count == 0 || errno != EINTR) {
      return count == 0 ? std::make_error_code(std::errc::io_error)
                        : std::error_code(errno, std::generic_category());
    }
  }
  return {};
}

}  // namespace farehook
