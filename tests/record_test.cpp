#include "delivery/record.hpp"

#include "delivery/json_text.hpp"
#include "delivery/utf8.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <random>

using namespace farehook;

namespace {

Record record_with(std::string body) {
  Record record;
  Delivery& delivery = record.delivery;
  delivery.id = "01a207f0-a6e9-7399-ad0a-d6797fd94f02";
  delivery.received_at = *from_rfc3339("2027-03-14T16:00:00.000001Z");
  delivery.remote = "192.0.2.7:40312";
  delivery.method = "POST";
  delivery.path = "/hook";
  delivery.query = "key=%41&x";
  delivery.headers = {{"content-type", "application/json"}, {"x-note", "a, b"}};
  JsonVisitor nobody;
  record.body_form = !read_json(body, nobody) ? BodyForm::json
                     : is_utf8(body)          ? BodyForm::text
                                              : BodyForm::bytes;
  delivery.body = std::move(body);
  delivery.body_sha256 = std::string(64, 'a');
  record.event = "booking.updated";
  record.booking = "6f0c2b5e-91d4-4a37-8e1b-d27c50f3a964";
  record.attempt = 2;
  record.duplicate_of = "01a207f0-0000-7000-8000-000000000000";
  record.response_status = 503;
  return record;
}

void check_round_trip(const Record& record) {
  const std::string line = to_line(record);
  REQUIRE(line.find('\n') == line.size() - 1);
  REQUIRE(line.find('\r') == std::string::npos);
  const auto read = from_line(std::string_view(line).substr(0, line.size() - 1));
  if (const auto* fault = std::get_if<RecordFault>(&read)) FAIL(fault->reason << " in " << line);
  CHECK(std::get<Record>(read) == record);
}

std::string reason_of(std::string_view line) {
  const auto read = from_line(line);
  const auto* fault = std::get_if<RecordFault>(&read);
  return fault == nullptr ? "" : fault->reason;
}

}  // namespace

TEST_CASE("findings survive the record as they are") {
  Record record = record_with("{}");
  record.findings = R"([{"rule":"type"},{}])";
  const auto read = from_line(to_line(record));
  REQUIRE(std::holds_alternative<Record>(read));
  CHECK(std::get<Record>(read) == record);
  CHECK(to_line(record).find(R"(,"findings":[{"rule":"type"},{}],"response":)") != std::string::npos);
}

TEST_CASE("what has changed, and how the app fared, survive the record") {
  Record record = record_with("{}");
  record.changed = R"(["/booking/note","/booking/custom~1field"])";
  record.response_status = 502;
  record.relayed = Relayed{std::chrono::microseconds{12'345}, "refused"};
  check_round_trip(record);
  CHECK(to_line(record).find(R"(,"changed":["/booking/note","/booking/custom~1field"],"attempt":)") !=
        std::string::npos);
  CHECK(to_line(record).ends_with(R"(,"response":{"status":502,"duration_ms":12.345,"error":"refused"}})"
                                  "\n"));
  record.relayed->error.clear();
  check_round_trip(record);
  CHECK(to_line(record).ends_with(R"(,"response":{"status":502,"duration_ms":12.345}})"
                                  "\n"));
}

TEST_CASE("a record says that it is redacted, and only then") {
  Record record = record_with("{}");
  CHECK(to_line(record).find("redacted") == std::string::npos);
  record.redacted = true;
  CHECK(to_line(record).find(R"(,"redacted":true,"response":)") != std::string::npos);
  check_round_trip(record);
  CHECK(reason_of(R"({"id":"a","received_at":"2027-03-14T16:00:00Z","body":1,"redacted":"true"})") ==
        "`redacted` is not a boolean");
}

TEST_CASE("a delivery survives its record byte for byte") {
  for (const std::string body :
       {R"({"a":1})", R"({"a": 1.10, "a": 12345678901234567890})", "{\r\n  \"a\": [\r\n1e400]\r\n}\r\n",
        "  {} ", "\xef\xbb\xbf{}", "\xef\xbb\xbf\n{}\n", "null", "5", "\"\\u0000 \\ud83d\\ude00 😀\"", "", " ",
        "\n", "not json", "{\"a\": False}", "\"\\ud83d\"", "\xff\xfe", "a\xffz", "tab\t \"quoted\" \\ back",
        "\u2028"})
    check_round_trip(record_with(body));
  check_round_trip(record_with(std::string("nul\0in text", 11)));
  check_round_trip(record_with(std::string(100'000, '[') + std::string(100'000, ']')));
}

TEST_CASE("random bodies survive their records") {
  std::mt19937 random(42);
  const std::string alphabet = "{}[]\":,\\ \r\n\t0a\xc3\xa9\xff\xef\xbb\xbf";
  for (int round = 0; round < 20'000; ++round) {
    std::string body(random() % 24, ' ');
    for (char& c : body) c = alphabet[random() % alphabet.size()];
    if (round % 2 == 0)
      body = "{\"a\":[" + std::string(random() % 3, '\n') + "\"x\\n\"]}" + std::string(random() % 2, ' ');
    check_round_trip(record_with(body));
  }
}

TEST_CASE("the keys stand in their order and JSON is spliced in as it came") {
  CHECK(to_line(record_with(R"({"b":1.10,"a":{"b":"\u00e9"}})")) ==
        R"({"id":"01a207f0-a6e9-7399-ad0a-d6797fd94f02","received_at":"2027-03-14T16:00:00.000001Z",)"
        R"("remote":"192.0.2.7:40312","method":"POST","path":"/hook","query":"key=%41&x",)"
        R"("headers":{"content-type":"application/json","x-note":"a, b"},"event":"booking.updated",)"
        R"("booking":"6f0c2b5e-91d4-4a37-8e1b-d27c50f3a964","attempt":2,)"
        R"("duplicate_of":"01a207f0-0000-7000-8000-000000000000","body":{"b":1.10,"a":{"b":"\u00e9"}},)"
        R"("body_bytes":29,"body_sha256":")" +
            std::string(64, 'a') + "\",\"response\":{\"status\":503}}\n");
}

TEST_CASE("line breaks between tokens become spaces and the bytes stand beside") {
  const auto line = nlohmann::json::parse(to_line(record_with("{\r\n\"a\":1}\n")));
  CHECK(to_line(record_with("{\r\n\"a\":1}\n")).find(R"("body":{  "a":1},"body_text":"{\r\n\"a\":1}\n")") !=
        std::string::npos);
  CHECK(line["body"] == nlohmann::json{{"a", 1}});
}

TEST_CASE("credentials are written where that is asked for") {
  Record record = record_with("{}");
  record.delivery.headers = {{"authorization", "Basic c2VjcmV0"}, {"cookie", "a=1"}};
  const auto read = from_line(to_line(record, Credentials::keep));
  REQUIRE(std::holds_alternative<Record>(read));
  CHECK(std::get<Record>(read) == record);
}

TEST_CASE("credentials are not written") {
  Record record = record_with("{}");
  record.delivery.headers = {
      {"authorization", "Basic c2VjcmV0"}, {"cookie", "secret"}, {"proxy-authorization", "secret"}};
  const std::string line = to_line(record);
  CHECK(line.find("c2VjcmV0") == std::string::npos);
  CHECK(line.find("secret") == std::string::npos);
  CHECK(line.find(R"("authorization":"[redacted]")") != std::string::npos);
}

TEST_CASE("fields that are not UTF-8 are read as ISO 8859-1 and stay JSON") {
  Record record = record_with("{}");
  record.delivery.headers = {{"x", "caf\xe9"}};
  record.delivery.path = "/\xff";
  const auto line = nlohmann::json::parse(to_line(record));
  CHECK(line["headers"]["x"] == "café");
  CHECK(line["path"] == "/ÿ");
}

TEST_CASE("a record's line is UTF-8, whatever stands in its texts") {
  Record record = record_with("{}");
  record.delivery.id = "caf\xc3\xa9/caf\xe9.json";
  record.delivery.remote = record.event = record.delivery.body_sha256 = "\xff";
  record.booking = record.duplicate_of = "\xff";
  record.relayed = Relayed{{}, "\xff"};
  const std::string text = to_line(record);
  REQUIRE(is_utf8(text));
  const auto line = nlohmann::json::parse(text);
  CHECK(line["id"] == "café/caf?.json");
  CHECK(line["duplicate_of"] == "?");
  CHECK(line["response"]["error"] == "?");
}

TEST_CASE("a reader passes over keys that it does not know and fills in what is missing") {
  const auto read = from_line(
      R"({"zzz":{"id":"no"},"id":"a","received_at":"2027-03-14T16:00:00Z","body": [1, 2] ,"response":{"x":1}})");
  const auto& record = std::get<Record>(read);
  CHECK(record.delivery.id == "a");
  CHECK(record.delivery.body == "[1, 2]");
  CHECK(record.attempt == 1);
  CHECK(record.response_status == 200);
}

TEST_CASE("a line that is not a record says why") {
  CHECK(reason_of("") == "not JSON: ends too early at byte 1");
  CHECK(reason_of(R"({"id":"a","received_at":"2027-03)") == "not JSON: ends inside a string at byte 33");
  CHECK(reason_of("[]") == "not an object");
  CHECK(reason_of("7") == "not an object");
  CHECK(reason_of("{}") == "`id` is not there");
  CHECK(reason_of(R"({"id":7,"received_at":"2027-03-14T16:00:00Z","body":1})") == "`id` is not a string");
  CHECK(reason_of(R"({"id":"a","body":1})") == "`received_at` is not there");
  CHECK(reason_of(R"({"id":"a","received_at":"yesterday","body":1})") ==
        "`received_at` is not an RFC 3339 time in UTC");
  CHECK(reason_of(R"({"id":"a","received_at":"2027-03-14T16:00:00Z"})") == "`body` is not there");
  CHECK(reason_of(R"({"id":"a","received_at":"2027-03-14T16:00:00Z","body_base64":"?"})") ==
        "`body_base64` is not base64");
  CHECK(reason_of(R"({"id":"a","received_at":"2027-03-14T16:00:00Z","body":1,"attempt":"2"})") ==
        "`attempt` is not an integer");
  CHECK(reason_of(R"({"id":"a","received_at":"2027-03-14T16:00:00Z","body":1,"attempt":1.5})") ==
        "`attempt` is not an integer");
  CHECK(reason_of(R"({"id":"a","received_at":"2027-03-14T16:00:00Z","body":1,"headers":[]})") ==
        "`headers` is not an object");
  CHECK(reason_of(R"({"id":"a","received_at":"2027-03-14T16:00:00Z","body":1,"headers":{"a":1}})") ==
        "`headers/a` is not a string");
  CHECK(reason_of(R"({"id":"a","received_at":"2027-03-14T16:00:00Z","body":1,"headers":{"\n":1}})") ==
        "`headers` is not a string");
}
