#include "delivery/record.hpp"

#include "delivery/base64.hpp"
#include "delivery/header_field.hpp"
#include "delivery/json_string.hpp"
#include "delivery/json_text.hpp"
#include "delivery/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>

namespace farehook {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Header values and targets may hold any byte; what is not UTF-8 is read as ISO 8859-1 (RFC 9110, 5.5).
void append_field_text(std::string& line, std::string_view bytes) {
  if (is_utf8(bytes)) return append_quoted(line, bytes);
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xc0 | byte >> 6);
      text += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  append_quoted(line, text);
}

bool is_credential(std::string_view header) {
  return header == "authorization" || header == "proxy-authorization" || header == "cookie";
}

void append_headers(std::string& line, const std::vector<Header>& headers, Credentials credentials) {
  line += '{';
  for (const Header& header : headers) {
    if (line.back() != '{') line += ',';
    append_field_text(line, header.name);
    line += ':';
    const bool is_hidden = credentials == Credentials::redact && is_credential(header.name);
    append_field_text(line, is_hidden ? "[redacted]" : header.value);
  }
  line += '}';
}

void append_optional(std::string& line, const std::optional<std::string>& text) {
  if (text)
    append_quoted(line, as_utf8(*text));
  else
    line += "null";
}

void append_body(std::string& line, std::string_view body, BodyForm form) {
  if (form == BodyForm::bytes) {
    line += R"("body_base64":")";
    line += to_base64(body);
    line += '"';
    return;
  }
  bool as_text = form == BodyForm::text;
  if (form == BodyForm::json) {
    std::string_view value = body;
    if (value.starts_with(byte_order_mark)) value.remove_prefix(byte_order_mark.size());
    const size_t first = value.find_first_not_of(" \t\r\n");
    value = value.substr(first, value.find_last_not_of(" \t\r\n") - first + 1);
    line += R"("body":)";
    const size_t start = line.size();
    line += value;
    // In JSON these two bytes stand between tokens only.
    bool has_breaks = false;
    for (const char line_break : {'\r', '\n'})
      for (size_t at = line.find(line_break, start); at != std::string::npos;
           at = line.find(line_break, at)) {
        line[at] = ' ';
        has_breaks = true;
      }
    as_text = has_breaks || value.size() != body.size();
    if (as_text) line += ',';
  }
  if (as_text) {
    line += R"("body_text":)";
    append_quoted(line, body);
  }
}

void append_relayed(std::string& line, const Relayed& relayed) {
  line += R"(,"duration_ms":)";
  line += to_milliseconds(relayed.duration);
  if (relayed.error.empty()) return;
  line += R"(,"error":)";
  append_quoted(line, as_utf8(relayed.error));
}

/// Splits a record into its own members and those of `headers`, and looks no deeper.
class MemberVisitor : public JsonVisitor {
 public:
  using Member = std::function<void(std::string_view key, JsonKind kind, std::string_view raw)>;
  MemberVisitor(Member member, Member header) : member_(std::move(member)), header_(std::move(header)) {}

  void key(std::string_view raw) override {
    if (depth_ == 1) key_ = unquote(raw);
    if (depth_ == 2 && in_headers()) header_key_ = unquote(raw);
  }
  void scalar(JsonKind kind, std::string_view raw) override {
    if (depth_ == 1) member_(key_, kind, raw);
    if (depth_ == 2 && in_headers()) header_(header_key_, kind, raw);
  }
  void open(JsonKind kind, const char* at) override {
    if (++depth_ == 1) is_object_ = kind == JsonKind::object;
    if (depth_ == 2) start_ = at;
  }
  void close(JsonKind kind, const char* end) override {
    if (depth_-- == 2) member_(key_, kind, {start_, static_cast<size_t>(end - start_)});
  }

  bool is_object() const { return is_object_; }

 private:
  bool in_headers() const { return key_ == "headers"; }

  Member member_, header_;
  std::string key_, header_key_;
  const char* start_ = nullptr;
  size_t depth_ = 0;
  bool is_object_ = false;
};

/// Takes a record's members one by one, and remembers the first that is not what it should be.
class RecordBuilder {
 public:
  void member(std::string_view key, JsonKind kind, std::string_view raw) {
    Delivery& delivery = record_.delivery;
    if (key == "id")
      text(key, kind, raw, delivery.id);
    else if (key == "received_at")
      received_at(kind, raw);
    else if (key == "remote")
      text(key, kind, raw, delivery.remote);
    else if (key == "method")
      text(key, kind, raw, delivery.method);
    else if (key == "path")
      text(key, kind, raw, delivery.path);
    else if (key == "query")
      text(key, kind, raw, delivery.query);
    else if (key == "headers")
      expect(kind == JsonKind::object, key, "an object");
    else if (key == "event")
      text(key, kind, raw, record_.event);
    else if (key == "booking")
      optional_text(key, kind, raw, record_.booking);
    else if (key == "changed")
      array(key, kind, raw, record_.changed);
    else if (key == "attempt")
      number(key, kind, raw, record_.attempt);
    else if (key == "duplicate_of")
      optional_text(key, kind, raw, record_.duplicate_of);
    else if (key == "body")
      json_ = raw;
    else if (key == "body_text")
      text(key, kind, raw, text_.emplace());
    else if (key == "body_base64")
      base64(kind, raw);
    else if (key == "body_sha256")
      text(key, kind, raw, delivery.body_sha256);
    else if (key == "findings")
      array(key, kind, raw, record_.findings);
    else if (key == "redacted")
      redacted(kind, raw);
    else if (key == "response")
      response(kind, raw);
  }

  void header(std::string_view key, JsonKind kind, std::string_view raw) {
    if (kind == JsonKind::string)
      record_.delivery.headers.push_back({std::string(key), unquote(raw)});
    else  // Any other key is not one to be shown.
      expect(false, is_token(key) ? "headers/" + std::string(key) : "headers", "a string");
  }

  std::variant<Record, RecordFault> finish() {
    expect(!record_.delivery.id.empty(), "id", "there");
    expect(record_.delivery.received_at != Timestamp{}, "received_at", "there");
    expect(json_ || text_ || bytes_, "body", "there");
    if (!fault_.empty()) return RecordFault{fault_};
    record_.body_form = json_ ? BodyForm::json : text_ ? BodyForm::text : BodyForm::bytes;
    record_.delivery.body = text_ ? std::move(*text_) : json_ ? std::string(*json_) : std::move(*bytes_);
    return std::move(record_);
  }

 private:
  void expect(bool holds, std::string_view key, std::string_view what) {
    if (!holds && fault_.empty()) fault_ = "`" + std::string(key) + "` is not " + std::string(what);
  }

  void text(std::string_view key, JsonKind kind, std::string_view raw, std::string& into) {
    expect(kind == JsonKind::string, key, "a string");
    if (kind == JsonKind::string) into = unquote(raw);
  }

  void optional_text(std::string_view key, JsonKind kind, std::string_view raw,
                     std::optional<std::string>& into) {
    if (kind == JsonKind::null)
      into.reset();
    else
      text(key, kind, raw, into.emplace());
  }

  void number(std::string_view key, JsonKind kind, std::string_view raw, int& into) {
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), into);
    expect(kind == JsonKind::number && error == std::errc{} && end == raw.data() + raw.size(), key,
           "an integer");
  }

  void received_at(JsonKind kind, std::string_view raw) {
    std::string value;
    text("received_at", kind, raw, value);
    const auto moment = from_rfc3339(value);
    expect(moment.has_value(), "received_at", "an RFC 3339 time in UTC");
    if (moment) record_.delivery.received_at = *moment;
  }

  void base64(JsonKind kind, std::string_view raw) {
    std::string value;
    text("body_base64", kind, raw, value);
    bytes_ = from_base64(value);
    expect(bytes_.has_value(), "body_base64", "base64");
  }

  void array(std::string_view key, JsonKind kind, std::string_view raw, std::optional<std::string>& into) {
    expect(kind == JsonKind::array, key, "an array");
    into = raw;
  }

  void redacted(JsonKind kind, std::string_view raw) {
    expect(kind == JsonKind::boolean, "redacted", "a boolean");
    record_.redacted = raw == "true";
  }

  void response(JsonKind kind, std::string_view raw) {
    expect(kind == JsonKind::object, "response", "an object");
    MemberVisitor members([this](std::string_view key, JsonKind member_kind,
                                 std::string_view value) { response_member(key, member_kind, value); },
                          [](std::string_view, JsonKind, std::string_view) {});
    read_json(raw, members);
  }

  void response_member(std::string_view key, JsonKind kind, std::string_view raw) {
    if (key == "status" && kind == JsonKind::null)
      record_.response_status = 0;
    else if (key == "status")
      number("response/status", kind, raw, record_.response_status);
    else if (key == "duration_ms")
      duration(kind, raw);
    else if (key == "error")
      text("response/error", kind, raw, relayed().error);
  }

  void duration(JsonKind kind, std::string_view raw) {
    double ms = 0;
    expect(kind == JsonKind::number &&
               std::from_chars(raw.data(), raw.data() + raw.size(), ms).ec == std::errc{} && ms >= 0 &&
               ms < 1e12,
           "response/duration_ms", "a number of milliseconds");
    relayed().duration = std::chrono::microseconds(std::llround(std::min(ms, 1e12) * 1000));
  }

  Relayed& relayed() { return record_.relayed ? *record_.relayed : record_.relayed.emplace(); }

  Record record_;
  std::optional<std::string_view> json_;
  std::optional<std::string> text_, bytes_;
  std::string fault_;
};

}  // namespace

std::string to_line(const Record& record, Credentials credentials) {
  const Delivery& delivery = record.delivery;
  std::string line;
  line.reserve(1024 + delivery.body.size() + delivery.body.size() / 8);
  line += R"({"id":)";
  append_quoted(line, as_utf8(delivery.id));
  line += R"(,"received_at":)";
  append_quoted(line, to_rfc3339(delivery.received_at));
  line += R"(,"remote":)";
  append_quoted(line, as_utf8(delivery.remote));
  line += R"(,"method":)";
  append_field_text(line, delivery.method);
  line += R"(,"path":)";
  append_field_text(line, delivery.path);
  line += R"(,"query":)";
  append_field_text(line, delivery.query);
  line += R"(,"headers":)";
  append_headers(line, delivery.headers, credentials);
  line += R"(,"event":)";
  append_quoted(line, as_utf8(record.event));
  line += R"(,"booking":)";
  append_optional(line, record.booking);
  if (record.changed) {
    line += R"(,"changed":)";
    line += *record.changed;
  }
  line += R"(,"attempt":)";
  line += std::to_string(record.attempt);
  line += R"(,"duplicate_of":)";
  append_optional(line, record.duplicate_of);
  line += ',';
  append_body(line, delivery.body, record.body_form);
  line += R"(,"body_bytes":)";
  line += std::to_string(delivery.body.size());
  line += R"(,"body_sha256":)";
  append_quoted(line, as_utf8(delivery.body_sha256));
  if (record.findings) {
    line += R"(,"findings":)";
    line += *record.findings;
  }
  if (record.redacted) line += R"(,"redacted":true)";
  line += R"(,"response":{"status":)";
  line += record.response_status == 0 ? "null" : std::to_string(record.response_status);
  if (record.relayed) append_relayed(line, *record.relayed);
  line += "}}\n";
  return line;
}

std::variant<Record, RecordFault> from_line(std::string_view line) {
  RecordBuilder builder;
  MemberVisitor members(
      [&](std::string_view key, JsonKind kind, std::string_view raw) { builder.member(key, kind, raw); },
      [&](std::string_view key, JsonKind kind, std::string_view raw) { builder.header(key, kind, raw); });
  if (const auto fault = read_json(line, members, max_json_depth + 1))
    return RecordFault{std::string("not JSON: ") + fault->reason + " at byte " +
                       std::to_string(fault->offset + 1)};
  if (!members.is_object()) return RecordFault{"not an object"};
  return builder.finish();
}

}  // namespace farehook
