#pragma once

#include <string>

namespace farehook {

/// The key that pseudonyms are made with, and what there is to say of its file.
struct PseudonymKey {
  std::string bytes;    ///< 32 of them
  std::string warning;  ///< "FILE: others may read this key ...", or ""
  bool is_new = false;
};

/// The key in the file. Where there is no file, one is made with a new key, for its owner's eyes only. Two
/// that make it at once get the same key. Throws Error where it can't be read or made, or holds no key.
PseudonymKey pseudonym_key(const std::string& path);

/// A key for one run, kept nowhere.
PseudonymKey passing_pseudonym_key();

/// Where the key of a capture is kept: beside it, as FILE.key.
std::string key_path_beside(const std::string& capture);

}  // namespace farehook
