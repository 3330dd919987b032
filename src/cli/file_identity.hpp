#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace farehook {

/// Which file something is: two names or descriptors of one file have one identity, and so do two paths at
/// which a file is still to be made. It will tell nothing of devices, sockets and folders, which may be read
/// and written at once without harm.
struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  std::string new_path;  ///< "": the file is there

  bool operator==(const FileIdentity&) const = default;
};

/// Of a file or a FIFO, or of what is not there; nothing for anything else.
std::optional<FileIdentity> identity_of(const std::string& path);
/// Of a file, a FIFO or a pipe; nothing for anything else.
std::optional<FileIdentity> identity_of(int descriptor);

}  // namespace farehook
