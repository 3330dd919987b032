#include "booking/validation.hpp"

#include "booking/schema.hpp"
#include "scratch_folder.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <set>

using namespace farehook;

namespace {

namespace fs = std::filesystem;
const fs::path fixtures = FAREHOOK_FIXTURES;

Findings check(const std::string& text, std::optional<PayloadType> type = std::nullopt) {
  return Validator(type).check(text);
}

std::string rules_in(const Findings& findings) {
  std::set<std::string_view> names;
  for (const Finding& finding : findings.listed) names.insert(finding.rule->name);
  std::string all;
  for (const std::string_view name : names) all += (all.empty() ? "" : " ") + std::string(name);
  return all;
}

std::string fixture(const std::string& name) { return content_of((fixtures / name).string()); }

std::vector<fs::path> files_of(const char* folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fixtures / folder)) files.push_back(entry.path());
  return files;
}

}  // namespace

TEST_CASE("fixtures are what FareHarbor sends") {
  std::set<PayloadType> types;
  for (const char* folder : {"payloads", "life"})
    for (const fs::path& file : files_of(folder)) {
      CAPTURE(file.string());
      const std::string text = content_of(file.string());
      CHECK(rules_in(check(text)).empty());
      JsonTree tree;
      REQUIRE(!tree.read(text));
      const auto type = payload_type_of(tree.root());
      REQUIRE(type);
      types.insert(*type);
      CHECK(rules_in(check(text, *type)).empty());
    }
  CHECK(types.size() == payload_type_count);
}

TEST_CASE("each rule has a fixture in which it fires, and no other") {
  std::set<std::string> with_fixture;
  for (const fs::path& file : files_of("broken")) {
    CAPTURE(file.string());
    CHECK(rules_in(check(content_of(file.string()))) == file.stem().string());
    with_fixture.insert(file.stem().string());
  }
  for (const Rule& rule : rules()) {
    CAPTURE(rule.name);
    CHECK(with_fixture.count(std::string(rule.name)) == 1);
    CHECK(find_rule(rule.name) == &rule);
  }
  CHECK(with_fixture.size() == rules().size());
}

TEST_CASE("a finding says where it is") {
  const Findings findings = check(fixture("broken/type.json"));
  REQUIRE(findings.listed.size() == 1);
  const Finding& finding = findings.listed[0];
  CHECK(finding.pointer == "/booking/customer_count");
  CHECK(fixture("broken/type.json").substr(finding.offset, finding.length) == "\"1\"");
  CHECK(finding.message == "`customer_count` is a string; FareHarbor sends an integer");
  CHECK(finding.remedy == "Write 1 without quotes.");
}

TEST_CASE("a payload of another type than it is to be is refused or lacks what the type has") {
  CHECK(rules_in(check(fixture("payloads/item.json"), PayloadType::bookings)) == "not-a-payload");
  CHECK(rules_in(check(fixture("payloads/bookings.json"), PayloadType::item)) == "not-a-payload");
  CHECK(rules_in(check(fixture("payloads/bookings.json"), PayloadType::bookings_with_payments)) == "missing");
  CHECK(rules_in(check(fixture("payloads/euro.json"), PayloadType::bookings)) == "unknown-key");
}

TEST_CASE("what is not an object, or no payload, is told from one") {
  for (const char* text :
       {"[]", "7", "null", "\"{}\"", "{}", "{\"bookings\":[]}", "{\"event\":\"created\"}"}) {
    CAPTURE(text);
    CHECK(rules_in(check(text)) == "not-a-payload");
  }
  CHECK(rules_in(check("{\"booking\":7}")) == "type");
}

TEST_CASE("null is no booking, and no item") {
  CHECK(rules_in(check(R"({"booking":null})")) == "missing-identity");
  CHECK(rules_in(check(R"({"item":null})")) == "missing-identity");
  CHECK(rules_in(check(R"({"item":null})", PayloadType::item)) == "missing-identity");
  CHECK(check(R"({"booking":null})").listed.at(0).message ==
        "`booking` is null; FareHarbor always sends an object");
}

TEST_CASE("a payload that has not what its type has is said to lack just that") {
  const auto message = [](const char* text, std::optional<PayloadType> type) {
    return check(text, type).listed.at(0).message;
  };
  for (const char* text : {"{}", R"({"bookings":[]})"}) {
    CAPTURE(text);
    CHECK(message(text, std::nullopt) == "The payload has neither `booking` nor `item`");
    CHECK(message(text, PayloadType::bookings_optimized) == "The payload has no `booking`");
    CHECK(message(text, PayloadType::item) == "The payload has no `item`");
  }
  CHECK(message(R"({"item":{}})", PayloadType::bookings) == "The payload has no `booking`");
  CHECK(message(R"({"booking":{}})", PayloadType::item) == "The payload has no `item`");
}

TEST_CASE("a record is checked by its body") {
  const std::string item = fixture("payloads/item.json");
  const std::string begin = R"({"id":"x","received_at":"2027-03-14T09:30:00.000000Z",)";
  CHECK(rules_in(check(begin + R"("body":)" + item + "}")).empty());
  const std::string text = begin + R"("body":{"item":{"pk":"7"}}})";
  const Findings found = check(text);
  CHECK(rules_in(found) == "missing type");
  for (const Finding& finding : found.listed)
    if (finding.rule->name == "type") {
      CHECK(finding.pointer == "/item/pk");
      CHECK(text.substr(finding.offset, finding.length) == "\"7\"");
    }
  const Findings encoded = check(begin + R"("body_text":"{\n  \"item\": None}"})");
  REQUIRE(!encoded.listed.empty());
  CHECK(encoded.listed[0].rule->name == "literal");
  CHECK(encoded.listed[0].message == "line 2, column 11 of the body: None is Python, not JSON");
  CHECK(rules_in(check(begin + R"("body_base64":"H4sIAAAA"})")) == "compressed");
  CHECK(rules_in(check(begin + R"("body_text":""})")) == "empty");
  CHECK(rules_in(check(begin + R"("body_base64":"!"})")) == "not-a-payload");
}

TEST_CASE("a record holds a body as deep as a body may be, with or without a fault beside it") {
  const std::string begin = R"({"id":"x","received_at":"2027-03-14T09:30:00.000000Z","body":{"a":)";
  const auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(rules_in(check(begin + nested(max_json_depth - 1) + "}}")) == "not-a-payload");
  CHECK(rules_in(check(begin + nested(max_json_depth - 1) + "},}")) == "not-a-payload trailing-comma");
  CHECK(rules_in(check(begin + nested(max_json_depth) + "}}")) == "beyond-limits");
}

TEST_CASE("a payload nests as deep alone as it does as the body of a request, and no deeper") {
  const auto nested = [](size_t depth) {
    return R"({"item":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  CHECK(rules_in(check(nested(max_json_depth))) == "type");
  CHECK(rules_in(Validator(std::nullopt).check_body(nested(max_json_depth))) == "type");
  const Findings found = check(nested(max_json_depth + 1)),
                 sent = Validator(std::nullopt).check_body(nested(max_json_depth + 1));
  CHECK(rules_in(found) == "beyond-limits");
  CHECK(rules_in(sent) == "beyond-limits");
  CHECK(found.listed.at(0).offset == sent.listed.at(0).offset);
  CHECK(rules_in(check(nested(max_json_depth + 2))) == "beyond-limits");
  std::string late_comma = nested(max_json_depth + 1);
  late_comma.insert(late_comma.size() - 1, ",");
  CHECK(rules_in(check(late_comma)) == "beyond-limits trailing-comma");
}

TEST_CASE("a text with several faults is read on behind each that can be mended") {
  const std::string text = R"({'booking': None, // later
    "item": {"pk": NaN, ..., "name": "a	b", "company": {"name": True,}, "x": [1 2]}})";
  const Findings findings = check(text);
  std::string in_order;
  for (const Finding& finding : findings.listed) in_order += std::string(finding.rule->name) + " ";
  CHECK(in_order ==
        "quotes literal missing-identity comment unknown-key not-a-number ellipsis control-character literal "
        "trailing-comma missing-comma ");
}

TEST_CASE("nothing is found about a value that is not known but that it is not") {
  struct Example {
    std::string_view written, rule;
  };
  constexpr Example examples[] = {{"NaN", "not-a-number"},
                                  {"-Infinity", "not-a-number"},
                                  {"nil", "literal"},
                                  {"...", "ellipsis"},
                                  {"\u2026", "ellipsis"}};
  for (const char* name :
       {"payloads/cancelled-refunded.json", "payloads/custom-fields.json", "payloads/item.json"}) {
    const std::string text = fixture(name);
    JsonTree tree;
    REQUIRE(!tree.read(text));
    // Three dots alone are cut off.
    for (const JsonNode* node = &tree.root() + 1; node != &tree.root() + tree.root().size; ++node)
      for (const Example& each : examples) {
        std::string with_gap = text;
        const auto offset = static_cast<size_t>(node->text.data() - text.data());
        with_gap.replace(offset, node->text.size(), each.written);
        const Findings findings = check(with_gap);
        CAPTURE(name);
        CAPTURE(pointer(tree.root(), *node));
        CAPTURE(each.written);
        REQUIRE(findings.listed.size() == 1);
        CHECK(findings.listed[0].rule->name == each.rule);
        CHECK(findings.listed[0].offset == offset);
      }
  }
  CHECK(rules_in(check("NaN")) == "not-a-number");
}

TEST_CASE("an array that three dots shorten is not counted") {
  std::string text = fixture("payloads/required-keys-only.json");
  JsonTree tree;
  REQUIRE(!tree.read(text));
  const std::string customers(member(*member(tree.root(), "booking"), "customers")->text);
  JsonTree array;
  REQUIRE(!array.read(customers));
  const std::string one((&array.root() + 1)->text);
  for (const std::string& shortened : {std::string("[...]"), "[" + one + ", ...]", "[..., " + one + "]",
                                       "[" + one + ", ..., " + one + "]", "[" + one + " ...]"}) {
    std::string changed = text;
    changed.replace(changed.find(customers), customers.size(), shortened);
    CAPTURE(shortened);
    CHECK(rules_in(check(changed)) == "ellipsis");
  }
}

TEST_CASE("values of the wrong type are found once, whatever rules reason about them") {
  auto json = nlohmann::json::parse(fixture("life/updated.json"));
  for (const auto& member : json["booking"].items()) {
    const std::string& key = member.key();
    const nlohmann::json& value = member.value();
    auto broken = json;
    broken["booking"][key] = value.is_object() ? nlohmann::json("x")
                             : value.is_null() ? nlohmann::json(true)
                                               : nlohmann::json::object();
    const Findings findings = check(broken.dump(), PayloadType::bookings_with_payments);
    CAPTURE(key);
    CHECK(!findings.listed.empty());
    for (const Finding& finding : findings.listed) CHECK(finding.pointer == "/booking/" + key);
  }
}

TEST_CASE("findings beyond the bound are counted") {
  std::string text = R"({"item":{"pk":1)";
  for (int i = 0; i < 2000; ++i) text += R"(,"pk":1)";
  const Findings findings = check(text + "}}");
  CHECK(findings.listed.size() == Findings::max_listed);
  CHECK(findings.more.all() == 2004 - Findings::max_listed);
  CHECK(findings.more.of(Severity::warning) == findings.more.all());
}

TEST_CASE("what is listed does not grow with the keys that it stands under") {
  std::string text = R"({"booking":{")" + std::string(1'000'000, 'k') + R"(":{"a":1)";
  for (int i = 0; i < 900; ++i) text += R"(,"a":1)";
  const Findings findings = check(text + "}}}");
  CHECK(findings.listed.size() == 5);
  CHECK(findings.more.of(Severity::warning) > 895);
  CHECK(findings.more.of(Severity::error) == 3);
}

TEST_CASE("a text of the wrong form is not compared with others") {
  auto json = nlohmann::ordered_json::parse(fixture("payloads/cancelled-refunded.json"));
  json["booking"]["uuid"] = std::string(500'000, 'a') + "b";
  json["booking"]["dashboard_url"] = "https://x/" + std::string(2'000'000, 'a');
  json["booking"]["company"]["currency"] = std::string(500'000, 'a');
  const auto begin = std::chrono::steady_clock::now();
  CHECK(rules_in(check(json.dump())) == "currency-form uuid-form");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}

TEST_CASE("a payload full of findings takes time that grows with it, and not with its square") {
  constexpr int many = 300'000;
  std::string elements, unknown_keys, same_key, late_repeats;
  for (int i = 0; i < many; ++i) {
    const std::string key = R"(,"k)" + std::to_string(i) + R"(":1)";
    elements += ",1";
    unknown_keys += key;
    same_key += R"(,"pk":1)";
    late_repeats += key;
  }
  for (int i = 0; i < 2000; ++i) late_repeats += R"(,"k0":1)";
  const auto begin = std::chrono::steady_clock::now();
  for (const std::string& text :
       {R"({"booking":{"customers":[1)" + elements + "]}}", R"({"booking":{"pk":1)" + unknown_keys + "}}",
        R"({"booking":{"pk":1)" + same_key + "}}", R"({"booking":{"pk":1)" + late_repeats + "}}"}) {
    const Findings findings = check(text);
    CHECK(findings.listed.size() == Findings::max_listed);
    CHECK(findings.more.all() > many - Findings::max_listed);
  }
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}

TEST_CASE("the schema's objects have no field twice") {
  for (size_t kind = 0; kind < object_kind_count; ++kind) {
    std::set<std::string_view> names;
    for (const Field& field : fields_of(static_cast<ObjectKind>(kind)))
      CHECK(names.insert(field.name).second);
  }
}

TEST_CASE("an amount and its display agree in the company's own notation") {
  struct Example {
    const char *amount, *display;
    bool agree;
  };
  constexpr Example examples[] = {
      {"3182", "\"31.82\"", true},
      {"1240", "\"12,40\u00a0\"", true},
      {"123450", "\"1,234.50\"", true},
      {"5000", "\"5000\"", true},
      {"7200", "\"72\"", true},
      {"0", "\"0.00\"", true},
      {"-500", "\"-5.00\"", true},
      {"3182", "\"31.83\"", false},
      {"3182", "\"318.2\"", true},
      {"0", "\"1.00\"", false},
      {"null", "null", true},
      {"null", "\"0.00\"", false},
      {"3182", "null", false},
      {"5", "\"\u0665\"", true},
      {"720000", "\"72.00\"", false},
      {"720000", "\"7,200\"", true},
      {"3307200", "\"330.72\"", false},
      {"330720", "\"330.72\"", false},
      {"33072", "\"330.72 USD.\"", true},
      {"5", "\"0.5\"", false},
      {"50", "\"0.5\"", true},
      {"5", "\"0.05\"", true},
      {"7250", "\"72.5\"", true},
      {"72500", "\"72.5\"", false},
      {"7200", "\"Rs.72\"", true},
      {"7200", "\"72,-\"", true},
      {"123456700", "\"12,34,567.00\"", true},
      {"0", "\"-0.0\"", true},
      {"7200", "\"-72.00\"", false},
      {"7200", "\"$-72.00\"", false},
      {"7200", "\"72.00-\"", false},
      {"7200", "\"\u221272.00\"", false},
      {"7200", "\"(72.00)\"", false},
      {"7200", "\"US-$ 72.00\"", true},
      {"-7200", "\"72.00\"", false},
      {"-7200", "\"$-72.00\"", true},
      {"-7200", "\"(72.00)\"", true},
      {"-7200", "\"\u221272\"", true},
  };
  const auto json = nlohmann::ordered_json::parse(fixture("payloads/required-keys-only.json"));
  for (const Example& each : examples) {
    CAPTURE(each.amount);
    CAPTURE(each.display);
    auto changed = json;
    changed["booking"]["amount_paid"] = nlohmann::json::parse(each.amount);
    changed["booking"]["amount_paid_display"] = nlohmann::json::parse(each.display);
    CHECK(rules_in(check(changed.dump())) == (each.agree ? "" : "amount-display"));
  }
}

TEST_CASE("an integer is one however it is written, and the rules reason about it") {
  struct Example {
    const char *count, *rules;
  };
  constexpr Example examples[] = {
      {"2", ""},
      {"2.0", ""},
      {"2e0", ""},
      {"0.2e1", ""},
      {"0.02E+2", ""},
      {"200.0e-2", ""},
      {"3.0", "customer-count"},
      {"3e0", "customer-count"},
      {"-2.0", "customer-count"},
      {"0.0", "customer-count"},
      {"-0e9999999999", "customer-count"},
      {"9223372036854775807.0", "customer-count"},
      {"2e18", "customer-count"},
      {"2e19", ""},
      {"2e99", ""},
      {"2.5", "type"},
      {"25e-1", "type"},
  };
  const std::string text = fixture("payloads/required-keys-only.json"), key = "\"customer_count\": ";
  for (const Example& each : examples) {
    CAPTURE(each.count);
    std::string changed = text;
    changed.replace(changed.find(key) + key.size(), 1, each.count);
    CHECK(rules_in(check(changed)) == each.rules);
  }
}

TEST_CASE("an availability's times are compared as moments, where both are in FareHarbor's form") {
  struct Example {
    const char *start, *end, *rules;
  };
  constexpr Example examples[] = {
      {"2027-05-01T09:30:00-1000", "2027-05-01T09:30:00-1000", ""},
      {"2027-05-01T09:30:00-1000", "2027-05-01T09:00:00-1000", "availability-times"},
      {"2027-05-01T09:30:00-1000", "2027-05-01T18:00:00+0000", "availability-times"},
      {"2027-05-01T09:30:00+0200", "2027-05-01T08:00:00+0000", ""},
      // What JavaScript writes is as long as FareHarbor's form, and has no offset.
      {"2027-05-01T09:30:00.000Z", "2027-05-01T11:30:00.999Z", "datetime-form"},
      {"2027-05-01T09:30:00-1000", "2027-05-01T00:00:00", "datetime-form"},
  };
  auto json = nlohmann::ordered_json::parse(fixture("payloads/required-keys-only.json"));
  for (const Example& each : examples) {
    CAPTURE(each.start);
    CAPTURE(each.end);
    auto& availability = json["booking"]["availability"];
    availability["start_at"] = each.start;
    availability["end_at"] = each.end;
    CHECK(rules_in(check(json.dump())) == each.rules);
  }
}

TEST_CASE("refunds are taken off a payment, be they as large as 64 bits hold") {
  struct Example {
    int64_t initial, paid, refund;
    bool agree;
  };
  constexpr int64_t least = std::numeric_limits<int64_t>::min(), most = std::numeric_limits<int64_t>::max();
  constexpr Example examples[] = {
      {2154, 1939, 215, true}, {2154, 2154, 215, false}, {-1, most, least, true},
      {-1, 0, least, false},   {0, 0, least, true},  // beyond 64 bits: not told
  };
  auto json = nlohmann::ordered_json::parse(fixture("payloads/cancelled-refunded.json"));
  auto& payment = json["booking"]["payments"][0];
  for (const Example& each : examples) {
    CAPTURE(each.initial);
    CAPTURE(each.paid);
    payment["initial_amount_paid"] = each.initial;
    payment["amount_paid"] = each.paid;
    payment["refunds"][0]["amount_refunded"] = each.refund;
    const std::string rules = rules_in(check(json.dump()));
    CHECK((rules.find("payment-refunds") == std::string::npos) == each.agree);
  }
}
