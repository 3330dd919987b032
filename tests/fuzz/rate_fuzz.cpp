// Any text as the value of --rate and --speed, by the whole program: taken, or wrong usage.

#include "cli/app.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace farehook;

namespace {

int status_with(const char* option, const std::string& value, const char* input) {
  static const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  static Signals signals;
  const std::string argument = std::string(option) + "=" + value;
  const char* const argv[] = {"farehook", "replay", input, "--dry-run", argument.c_str()};
  Session session{nothing, nothing, nothing, signals};
  return run(5, argv, session);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  // 3: what was taken goes on to read an input that is not there.
  for (const char* option : {"--rate", "--speed"})
    if (const int status = status_with(option, text, "/nosuch"); status != 2 && status != 3) std::abort();
  return 0;
}
