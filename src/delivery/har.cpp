#include "delivery/har.hpp"

#include "delivery/base64.hpp"
#include "delivery/json_string.hpp"
#include "delivery/json_tree.hpp"
#include "delivery/letter_case.hpp"
#include "delivery/quantity.hpp"
#include "delivery/text_position.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <optional>

namespace farehook {

namespace {

/// HARs of browsers nest the calls that led to a request.
constexpr size_t max_har_depth = most_json_depth;

/// Finds the elements of log.entries, and looks no deeper.
class EntryVisitor : public JsonVisitor {
 public:
  void key(std::string_view raw) override {
    if (depth_ == 1) is_log_ = raw == "\"log\"";
    if (depth_ == 2) is_entries_ = raw == "\"entries\"";
  }
  void open(JsonKind kind, const char* at) override {
    ++depth_;
    if (depth_ == 3 && is_log_ && is_entries_ && kind == JsonKind::array) has_entries_ = is_inside_ = true;
    if (depth_ == 4) start_ = at;
  }
  void close(JsonKind /*kind*/, const char* end) override {
    if (depth_ == 4 && is_inside_) entries_.emplace_back(start_, static_cast<size_t>(end - start_));
    if (depth_ == 3) is_inside_ = false;
    --depth_;
  }

  bool has_entries() const { return has_entries_; }
  const std::vector<std::string_view>& entries() const { return entries_; }

 private:
  std::vector<std::string_view> entries_;
  const char* start_ = nullptr;
  size_t depth_ = 0;
  bool is_log_ = false, is_entries_ = false, is_inside_ = false, has_entries_ = false;
};

/// Browsers and proxies write halves of surrogate pairs where a text was not Unicode; they are not JSON to
/// our reader. Here U+FFFD stands for each, and every other byte stays where it is.
std::string without_half_surrogates(std::string_view text) {
  std::string mended(text);
  const char* const end = mended.data() + mended.size();
  for (size_t at = mended.find('\\'); at < mended.size(); at = mended.find('\\', at)) {
    const int unit = mended[at + 1] == 'u' ? hex_unit(mended.data() + at + 2, end) : -1;
    const bool is_pair = is_high_surrogate(unit) && mended.compare(at + 6, 2, "\\u") == 0 &&
                         is_low_surrogate(hex_unit(mended.data() + at + 8, end));
    if (!is_pair && (is_high_surrogate(unit) || is_low_surrogate(unit))) mended.replace(at, 6, "\\ufffd");
    at += unit < 0 ? 2 : is_pair ? 12 : 6;
  }
  return mended;
}

/// An entry that can be walked.
class Entry {
 public:
  explicit Entry(std::string_view text) : text_(text) {
    is_read_ = !tree_.read(text, max_har_depth);
    if (is_read_) return;
    mended_ = without_half_surrogates(text);
    is_read_ = !tree_.read(mended_, max_har_depth);
  }

  /// The member of a member, or null where one of them is not there.
  const JsonNode* at(std::initializer_list<std::string_view> names) const {
    const JsonNode* node = is_read_ ? &tree_.root() : nullptr;
    for (const std::string_view name : names) node = node == nullptr ? nullptr : member(*node, name);
    return node;
  }

  std::string text_at(std::initializer_list<std::string_view> names) const {
    const JsonNode* const node = at(names);
    return node != nullptr && node->is(JsonKind::string) ? unquote(node->text) : "";
  }

  int64_t number_at(std::initializer_list<std::string_view> names) const {
    const JsonNode* const node = at(names);
    int64_t number = 0;
    if (node != nullptr) std::from_chars(node->text.data(), node->text.data() + node->text.size(), number);
    return number;
  }

  size_t offset_of(const JsonNode& node) const {
    return static_cast<size_t>(node.text.data() - (mended_.empty() ? text_.data() : mended_.data()));
  }
  bool is_mended(const JsonNode& node) const {
    return text_.substr(offset_of(node), node.text.size()) != node.text;
  }

 private:
  const std::string_view text_;
  std::string mended_;  ///< the same, if it had to be mended
  JsonTree tree_;
  bool is_read_;
};

bool has_elements(const JsonNode* node) { return node != nullptr && node->size > 1; }

/// The path and the query of a URL. Returns whether it has a path.
bool take_target(std::string_view url, Delivery& delivery) {
  if (const size_t scheme = url.find("://"); scheme != std::string_view::npos)
    url.remove_prefix(std::min(url.find_first_of("/?#", scheme + 3), url.size()));
  else if (!url.starts_with('/'))
    return false;
  url = url.substr(0, url.find('#'));
  const size_t question = url.find('?');
  delivery.path = url.substr(0, question);
  if (delivery.path.empty()) delivery.path = "/";
  if (question != std::string_view::npos) delivery.query = url.substr(question + 1);
  return true;
}

/// HTTP/2 has its method and path among the fields, with a colon before their names.
void take_header(std::string name, std::string value, std::vector<Header>& headers) {
  if (name.starts_with(':')) return;
  name = lower_case(name);
  const auto before = std::ranges::find(headers, name, &Header::name);
  if (before == headers.end())
    headers.push_back({std::move(name), std::move(value)});
  else  // Cookies are no list with commas (RFC 9113, 8.2.3).
    before->value += (name == "cookie" ? "; " : ", ") + value;
}

std::vector<Header> headers_of(const Entry& entry) {
  std::vector<Header> headers;
  const JsonNode* const fields = entry.at({"request", "headers"});
  if (fields == nullptr) return headers;
  for (const JsonNode& field : children(*fields)) {
    const JsonNode *const name = member(field, "name"), *const value = member(field, "value");
    if (name != nullptr && name->is(JsonKind::string) && value != nullptr && value->is(JsonKind::string))
      take_header(unquote(name->text), unquote(value->text), headers);
  }
  return headers;
}

/// How many bytes the sender said that its body has.
std::optional<uint64_t> declared_bytes(const std::vector<Header>& headers) {
  const auto length = std::ranges::find(headers, "content-length", &Header::name);
  return length == headers.end() ? std::nullopt : parse_count(length->value);
}

/// Whether the sender gave its body a content coding (RFC 9110, 8.4).
bool is_coded(const std::vector<Header>& headers) {
  const auto coding = std::ranges::find(headers, "content-encoding", &Header::name);
  return coding != headers.end() && lower_case(coding->value) != "identity";
}

std::variant<HarBody, RecordFault> body_of(const Entry& entry, const std::vector<Header>& headers) {
  const JsonNode* const text = entry.at({"request", "postData", "text"});
  std::string body = entry.text_at({"request", "postData", "text"});
  if (body.empty() && has_elements(entry.at({"request", "postData", "params"})))
    return RecordFault{"it has the fields of a form, but not the bytes that were sent"};
  if (!body.empty() && entry.is_mended(*text))
    return RecordFault{"its body was not UTF-8, and the HAR has not the bytes that were sent"};
  const bool is_base64 = lower_case(entry.text_at({"request", "postData", "encoding"})) == "base64";
  // What is coded is no text: there is what was decoded, unless as many bytes were sent.
  if (!body.empty() && !is_base64 && is_coded(headers) && !declared_bytes(headers))
    return RecordFault{
        "its body was sent in a content-encoding, and the HAR has not the bytes that were sent"};
  if (is_base64) {
    auto bytes = from_base64(body);
    if (!bytes) return RecordFault{"its body is not the base64 that it is said to be"};
    body = std::move(*bytes);
  }
  const auto body_size =
      static_cast<uint64_t>(std::max<int64_t>(entry.number_at({"request", "bodySize"}), 0));
  // Tools count bodySize in bytes or in characters; only the header is to be relied on.
  const uint64_t sent = declared_bytes(headers).value_or(body.empty() ? body_size : body.size());
  if (body.empty() && sent > 0)
    return RecordFault{"its body of " + std::to_string(sent) + " bytes is not in the HAR"};
  if (body.size() != sent)
    return RecordFault{"its body had " + std::to_string(sent) + " bytes when it was sent, and has " +
                       std::to_string(body.size()) + " in the HAR"};
  if (text == nullptr) return HarBody{"", 0, 0};
  return HarBody{std::move(body), entry.offset_of(*text), text->text.size()};
}

}  // namespace

bool looks_like_har(std::string_view text) {
  const auto skips = [&text](std::string_view token) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    const bool is_next = text.starts_with(token);
    if (is_next) text.remove_prefix(token.size());
    return is_next;
  };
  skips("\xef\xbb\xbf");
  return skips("{") && skips("\"log\"") && skips(":") && skips("{") &&
         (skips("\"version\"") || skips("\"creator\"") || skips("\"browser\"") || skips("\"pages\"") ||
          skips("\"entries\"") || skips("\"comment\""));
}

std::variant<std::vector<std::string_view>, HarFault> har_entries(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return HarFault{"not a HAR: there is nothing in it"};
  EntryVisitor visitor;
  const char* begin = text.data();
  auto fault = read_json(text, visitor, max_har_depth);
  std::string mended;
  if (fault && fault->offset < text.size()) {
    mended = without_half_surrogates(text);
    if (mended != text) {
      visitor = {};
      begin = mended.data();
      fault = read_json(mended, visitor, max_har_depth);
    }
  }
  if (fault) {
    const TextPosition at = position_of(text, fault->offset);
    const std::string place = "line " + std::to_string(at.line) + ", column " + std::to_string(at.column);
    if (fault->offset == text.size()) return HarFault{"the HAR ends too early, at " + place};
    return HarFault{"not a HAR, for it is not JSON: " + std::string(fault->reason) + " at " + place};
  }
  if (!visitor.has_entries()) return HarFault{"not a HAR: it has no `log` with `entries`"};
  std::vector<std::string_view> entries;
  for (const std::string_view entry : visitor.entries())
    entries.push_back(text.substr(static_cast<size_t>(entry.data() - begin), entry.size()));
  return entries;
}

bool is_har_delivery(std::string_view text) {
  const Entry entry(text);
  return entry.text_at({"request", "method"}) == "POST" || entry.number_at({"request", "bodySize"}) > 0 ||
         !entry.text_at({"request", "postData", "text"}).empty() ||
         has_elements(entry.at({"request", "postData", "params"}));
}

std::variant<HarBody, RecordFault> har_body(std::string_view text) {
  const Entry entry(text);
  return body_of(entry, headers_of(entry));
}

std::variant<Record, RecordFault> from_har_entry(std::string_view text) {
  const Entry entry(text);
  Record record;
  Delivery& delivery = record.delivery;
  delivery.remote = "unknown";
  delivery.method = entry.text_at({"request", "method"});
  if (delivery.method.empty()) return RecordFault{"its request has no method"};
  if (!take_target(entry.text_at({"request", "url"}), delivery)) return RecordFault{"its request has no URL"};
  const auto started = from_rfc3339_with_offset(entry.text_at({"startedDateTime"}));
  if (!started) return RecordFault{"its startedDateTime is not a time such as 2027-03-14T16:00:00.000Z"};
  delivery.received_at = *started;
  delivery.headers = headers_of(entry);
  auto body = body_of(entry, delivery.headers);
  if (const auto* fault = std::get_if<RecordFault>(&body)) return *fault;
  delivery.body = std::get<HarBody>(std::move(body)).bytes;
  const int64_t status = entry.number_at({"response", "status"});
  record.response_status = status >= 100 && status <= 599 ? static_cast<int>(status) : 0;
  return record;
}

}  // namespace farehook
