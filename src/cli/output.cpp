#include "cli/output.hpp"

#include "delivery/error.hpp"
#include "delivery/write_all.hpp"

namespace farehook {

void Output::write(std::string_view text) {
  if (has_lost_its_reader_ || text.empty()) return;
  const auto error = write_all(descriptor_, text);
  has_lost_its_reader_ = error == std::errc::broken_pipe;
  has_failed_ = error && !has_lost_its_reader_;
  if (has_failed_) throw Error("standard output: " + error.message());
}

}  // namespace farehook
