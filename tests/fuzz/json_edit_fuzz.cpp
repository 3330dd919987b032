// An edit, a line feed and a document, any bytes: what was JSON is JSON, and but for one place it is what it
// was.

#include "delivery/json_edit.hpp"
#include "delivery/json_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace farehook;

namespace {

void check(const std::string& document, const JsonEdit& edit) {
  JsonVisitor nothing;
  const auto edited = with_edit(document, edit);
  if (!edited) return;
  if (read_json(document, nothing)) std::abort();
  if (const auto fault = read_json(*edited, nothing)) {
    // Only that the value nests too deep for where it is put.
    if (std::string(fault->reason) != "nested too deep") std::abort();
    return;
  }
  // One stretch was replaced: all before it and all behind it stays.
  const auto [before, same] = std::mismatch(document.begin(), document.end(), edited->begin(), edited->end());
  const auto kept = static_cast<size_t>(before - document.begin());
  size_t behind = 0;
  while (behind < std::min(document.size(), edited->size()) - kept &&
         document[document.size() - 1 - behind] == (*edited)[edited->size() - 1 - behind])
    ++behind;
  const size_t changed = edited->size() - kept - behind;
  if (changed > edit.value.size() + 6 * edit.pointer.size() + 8) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(text.find('\n'), text.size());
  JsonEdit edit;
  if (parse_json_edit(text.substr(0, end), edit)) return 0;
  for (const char* document : {R"({"a":[1,{"b":null}],"a/b":{}})", "[[],{}]", "7"}) check(document, edit);
  if (end < text.size()) check(text.substr(end + 1), edit);
  return 0;
}
