#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

// The one reader of JSON text (RFC 8259) in the program: strict, in one pass, without building a tree and
// without allocating, so that every number, escape and duplicate key stays as it was sent. It takes what
// nlohmann::json takes, but for three things: nesting deeper than it is told (refused here), numbers too
// large for a double (legal JSON, taken here), and a NUL byte behind the value (refused here).

namespace farehook {

/// How deep objects and arrays may nest. FareHarbor's bodies nest 8 deep; jq 1.6 reads no more than 127
/// objects in each other, a record's own among them.
inline constexpr size_t max_json_depth = 120;
/// A reader can be told to go as deep as this.
inline constexpr size_t most_json_depth = 256;

enum class JsonKind : uint8_t { object, array, string, number, boolean, null };

/// What stands in a text, in the order it stands there. Each slice is a part of the text that is read, so
/// its address tells its offset; strings and keys keep their quotes and escapes.
class JsonVisitor {
 public:
  virtual ~JsonVisitor() = default;
  virtual void key(std::string_view /*raw*/) {}
  virtual void scalar(JsonKind /*kind*/, std::string_view /*raw*/) {}
  /// An object or array begins; `at` is its bracket.
  virtual void open(JsonKind /*kind*/, const char* /*at*/) {}
  /// It ends; `end` is one past its closing bracket.
  virtual void close(JsonKind /*kind*/, const char* /*end*/) {}
};

struct JsonFault {
  size_t offset;       ///< of the first byte that does not fit; the text's size where it ends too early
  const char* reason;  ///< a few words, such as "expected a comma or }"
};

/// Reads one JSON value that fills the whole text; a UTF-8 byte order mark before it is passed over.
/// Returns where and why the text is not JSON, or nothing if it is. Until a fault is met the visitor is
/// told all that stands before it.
std::optional<JsonFault> read_json(std::string_view text, JsonVisitor& visitor,
                                   size_t max_depth = max_json_depth);

}  // namespace farehook
