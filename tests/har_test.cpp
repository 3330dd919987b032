#include "delivery/har.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace farehook;

namespace {

/// As Chrome 120 exports it: HTTP/2, its names in lower case, pseudo header fields among them.
const std::string chrome = R"({
  "log": {
    "version": "1.2",
    "creator": {"name": "WebInspector", "version": "537.36"},
    "pages": [],
    "entries": [
      {
        "_initiator": {"type": "script", "stack": {"callFrames": [], "parent": {"callFrames": []}}},
        "_resourceType": "document",
        "request": {
          "method": "GET", "url": "https://hooks.example/", "httpVersion": "h2", "headers": [],
          "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0
        },
        "response": {"status": 200, "content": {"size": 2, "mimeType": "text/html", "text": "\ud83d"}},
        "startedDateTime": "2027-03-14T15:59:59.000Z"
      },
      {
        "_priority": "High",
        "request": {
          "method": "POST",
          "url": "https://hooks.example/farehook/in?key=a%20b#top",
          "httpVersion": "h2",
          "headers": [
            {"name": ":authority", "value": "hooks.example"},
            {"name": ":method", "value": "POST"},
            {"name": "content-length", "value": "29"},
            {"name": "content-type", "value": "application/json"},
            {"name": "cookie", "value": "a=1"},
            {"name": "cookie", "value": "b=2"}
          ],
          "queryString": [{"name": "key", "value": "a%20b"}],
          "headersSize": -1,
          "bodySize": 29,
          "postData": {
            "mimeType": "application/json",
            "text": "{\n \"booking\":\t{\"uuid\":\"\u00e9\"}\r}"
          }
        },
        "response": {"status": 204, "content": {"size": 0}},
        "startedDateTime": "2027-03-14T16:00:00.250Z"
      }
    ]
  }
})";

/// As Firefox exports it: times in the local zone, names as they were sent.
const std::string firefox =
    R"({"log":{"version":"1.2","creator":{"name":"Firefox","version":"128.0"},)"
    R"("browser":{"name":"Firefox","version":"128.0"},"pages":[{"id":"page_1"}],"entries":[)"
    R"({"startedDateTime":"2027-03-14T17:00:00.000+01:00","request":{"bodySize":11,"method":"POST",)"
    R"("url":"http://127.0.0.1:3000","httpVersion":"HTTP/1.1","headers":[)"
    R"({"name":"Host","value":"127.0.0.1:3000"},{"name":"Content-Length","value":"11"},)"
    R"({"name":"X-List","value":"a"},{"name":"x-list","value":"b"}],"cookies":[],"queryString":[],)"
    R"("headersSize":400,"postData":{"mimeType":"application/json","params":[],"text":"{\"item\":{}}"}},)"
    R"("response":{"status":0}}]}})";

/// As mitmproxy exports it: indented, UTC with an offset, fields in order.
const std::string mitmproxy = R"({
    "log": {
        "version": "1.2",
        "creator": {"name": "mitmproxy har_dump", "version": "0.1", "comment": "mitmproxy version 8.1.1"},
        "entries": [
            {
                "startedDateTime": "2027-03-14T16:00:00.123456+00:00",
                "time": 12,
                "request": {
                    "method": "PUT",
                    "url": "http://hooks.example:8080/in",
                    "headers": [{"name": "Content-Type", "value": ""}],
                    "headersSize": 44,
                    "bodySize": 3,
                    "postData": {"mimeType": "", "text": "a=b", "params": [{"name": "a", "value": "b"}]}
                },
                "response": {"status": 500}
            }
        ]
    }
})";

std::vector<std::string_view> entries(std::string_view har) {
  auto read = har_entries(har);
  REQUIRE(std::holds_alternative<std::vector<std::string_view>>(read));
  return std::get<std::vector<std::string_view>>(std::move(read));
}

Record record(std::string_view entry) {
  auto read = from_har_entry(entry);
  if (const auto* fault = std::get_if<RecordFault>(&read)) FAIL(fault->reason);
  return std::get<Record>(std::move(read));
}

/// An entry with these members of its request.
std::string entry_with(const std::string& members) {
  return R"({"startedDateTime":"2027-03-14T16:00:00Z","request":{"method":"POST","url":"http://a/",)" +
         members + "}}";
}

std::string fault(const std::string& entry) {
  const auto read = from_har_entry(entry);
  REQUIRE(std::holds_alternative<RecordFault>(read));
  return std::get<RecordFault>(read).reason;
}

std::string har_fault(std::string_view har) {
  const auto read = har_entries(har);
  REQUIRE(std::holds_alternative<HarFault>(read));
  return std::get<HarFault>(read).reason;
}

}  // namespace

TEST_CASE("a HAR is known by how it begins") {
  for (const std::string& har : {chrome, firefox, mitmproxy}) CHECK(looks_like_har(har));
  CHECK(looks_like_har("\xef\xbb\xbf \r\n{ \"log\" : {\"pages\":"));
  for (const char* text : {"", "{", "{\"log\":", "{\"log\":{}}", "{\"log\":{\"a\":1}}", "{\"log\":[]}",
                           "{\"booking\":{}}", "[{\"log\":{\"version\":1}}]", "log"})
    CHECK_MESSAGE(!looks_like_har(text), text);
}

TEST_CASE("a request that Chrome exported is the request that was sent") {
  const auto all = entries(chrome);
  REQUIRE(all.size() == 2);
  CHECK(!is_har_delivery(all[0]));
  CHECK(is_har_delivery(all[1]));
  const Record found = record(all[1]);
  CHECK(found.delivery.method == "POST");
  CHECK(found.delivery.path == "/farehook/in");
  CHECK(found.delivery.query == "key=a%20b");
  CHECK(found.delivery.body == "{\n \"booking\":\t{\"uuid\":\"\u00e9\"}\r}");
  CHECK(found.delivery.received_at == from_rfc3339("2027-03-14T16:00:00.25Z"));
  CHECK(found.delivery.headers == std::vector<Header>{{"content-length", "29"},
                                                      {"content-type", "application/json"},
                                                      {"cookie", "a=1; b=2"}});
  CHECK(found.response_status == 204);
}

TEST_CASE("a request that Firefox exported is the request that was sent") {
  const Record found = record(entries(firefox).at(0));
  CHECK(found.delivery.path == "/");
  CHECK(found.delivery.query.empty());
  CHECK(found.delivery.body == "{\"item\":{}}");
  CHECK(found.delivery.received_at == from_rfc3339("2027-03-14T16:00:00Z"));
  CHECK(found.delivery.headers ==
        std::vector<Header>{{"host", "127.0.0.1:3000"}, {"content-length", "11"}, {"x-list", "a, b"}});
  CHECK(found.response_status == 0);
}

TEST_CASE("a request that mitmproxy exported is the request that was sent") {
  const auto all = entries(mitmproxy);
  REQUIRE(all.size() == 1);
  CHECK(is_har_delivery(all[0]));
  const Record found = record(all[0]);
  CHECK(found.delivery.method == "PUT");
  CHECK(found.delivery.path == "/in");
  CHECK(found.delivery.body == "a=b");
  CHECK(found.delivery.received_at == from_rfc3339("2027-03-14T16:00:00.123456Z"));
  CHECK(found.response_status == 500);
}

TEST_CASE("entries are slices of the text, also where halves of surrogate pairs stand in it") {
  CHECK(entries(chrome)[0].starts_with("{\n        \"_initiator\""));
  CHECK(entries(chrome)[0].find("\\ud83d") != std::string_view::npos);
  CHECK(entries("\xef\xbb\xbf{\"log\":{\"entries\":[]}}").empty());
}

TEST_CASE("a body in base64 is its bytes") {
  const Record found =
      record(entry_with(R"("bodySize":4,"postData":{"text":"AAH/IQ==","encoding":"base64"})"));
  CHECK(found.delivery.body == std::string("\0\1\xff!", 4));
  CHECK(fault(entry_with(R"("postData":{"text":"AAH/IQ=","encoding":"base64"})")) ==
        "its body is not the base64 that it is said to be");
}

TEST_CASE("a POST without a body is one") {
  const std::string entry = entry_with(R"("bodySize":-1,"headers":[{"name":"Content-Length","value":"0"}])");
  CHECK(is_har_delivery(entry));
  CHECK(record(entry).delivery.body.empty());
}

TEST_CASE("a body that is not in the HAR as it was sent is no body") {
  CHECK(fault(entry_with(R"("bodySize":9)")) == "its body of 9 bytes is not in the HAR");
  CHECK(fault(entry_with(R"("headers":[{"name":"content-length","value":"9"}],"postData":{"text":""})")) ==
        "its body of 9 bytes is not in the HAR");
  CHECK(fault(entry_with(
            R"("headers":[{"name":"content-length","value":"1"}],"postData":{"text":"\u00ff"})")) ==
        "its body had 1 bytes when it was sent, and has 2 in the HAR");
  CHECK(fault(entry_with(R"("postData":{"text":"\udcff"})")) ==
        "its body was not UTF-8, and the HAR has not the bytes that were sent");
  CHECK(fault(entry_with(
            R"("headers":[{"name":"Content-Encoding","value":"gzip"}],"postData":{"text":"{}"})")) ==
        "its body was sent in a content-encoding, and the HAR has not the bytes that were sent");
  const std::string coding = R"("headers":[{"name":"content-encoding","value":")";
  for (const std::string as_sent :
       {R"(gzip"},{"name":"content-length","value":"2"}],"postData":{"text":"{}"})",
        R"(gzip"}],"postData":{"encoding":"base64","text":"H4s="})",
        R"(Identity"}],"postData":{"text":"{}"})"})
    CHECK(record(entry_with(coding + as_sent)).delivery.body.size() == 2);
  CHECK(fault(entry_with(R"("postData":{"params":[{"name":"a","value":"b"}]})")) ==
        "it has the fields of a form, but not the bytes that were sent");
}

TEST_CASE("what is no request is told") {
  CHECK(fault("{}") == "its request has no method");
  CHECK(fault("[]") == "its request has no method");
  CHECK(fault(R"({"request":{"method":"POST","url":"about:blank"}})") == "its request has no URL");
  CHECK(fault(R"({"request":{"method":"POST","url":"http://a"},"startedDateTime":"today"})") ==
        "its startedDateTime is not a time such as 2027-03-14T16:00:00.000Z");
  CHECK(!is_har_delivery("{}"));
  CHECK(!is_har_delivery(R"({"request":{"method":"GET","postData":{"text":"","params":[]}}})"));
}

TEST_CASE("what is no HAR is told") {
  CHECK(har_fault(" \n") == "not a HAR: there is nothing in it");
  CHECK(har_fault("{\"log\":{\"version\":\"1.2\"}}") == "not a HAR: it has no `log` with `entries`");
  CHECK(har_fault("{\"log\":{\"entries\":{}}}") == "not a HAR: it has no `log` with `entries`");
  CHECK(har_fault("[{\"log\":{\"entries\":[]}}]") == "not a HAR: it has no `log` with `entries`");
  CHECK(har_fault("<html>") == "not a HAR, for it is not JSON: expected a value at line 1, column 1");
  const std::string cut = chrome.substr(0, chrome.find("postData") + 30);
  CHECK(har_fault(cut).starts_with("the HAR ends too early, at line 3"));
}

TEST_CASE("no cut and no wrong byte of a HAR is taken for something else") {
  for (size_t length = 0; length < mitmproxy.size(); ++length)
    CHECK(std::holds_alternative<HarFault>(har_entries(std::string_view(mitmproxy).substr(0, length))));
  for (size_t at = 0; at < firefox.size(); ++at)
    for (const char byte : {'\\', '"', '{', '\xff', '0'}) {
      std::string broken = firefox;
      broken[at] = byte;
      const auto read = har_entries(broken);
      if (const auto* found = std::get_if<std::vector<std::string_view>>(&read))
        for (const std::string_view each : *found) {
          CHECK(each.data() >= broken.data());
          CHECK(each.data() + each.size() <= broken.data() + broken.size());
          const auto record = from_har_entry(each);
          if (!std::holds_alternative<Record>(record)) continue;
          const auto body = har_body(each);
          REQUIRE(std::holds_alternative<HarBody>(body));
          CHECK(std::get<HarBody>(body).bytes == std::get<Record>(record).delivery.body);
        }
    }
}
