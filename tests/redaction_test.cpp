#include "booking/redaction.hpp"

#include "booking/booking_memory.hpp"
#include "booking/scenario.hpp"
#include "booking/validation.hpp"
#include "booking/webhook.hpp"
#include "delivery/json_text.hpp"
#include "http/hmac_sha256.hpp"
#include "http/sha256.hpp"
#include "scratch_folder.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <set>

using namespace farehook;
using nlohmann::ordered_json;

namespace {

const Redaction redaction(HmacSha256("a key for tests"), sha256);

std::string redacted(const std::string& body) { return redaction.redacted_body(body); }
ordered_json redacted_json_of(const std::string& body) { return ordered_json::parse(redacted(body)); }

std::vector<std::string> fixtures(const std::string& folder) {
  std::vector<std::string> bodies;
  for (const auto& entry : std::filesystem::directory_iterator(FAREHOOK_FIXTURES "/" + folder))
    bodies.push_back(content_of(entry.path().string()));
  REQUIRE(!bodies.empty());
  return bodies;
}

std::string fixture(const std::string& name) { return content_of(FAREHOOK_FIXTURES "/" + name); }

/// The redaction's policy in other words, for what FareHarbor documents: every private text in a booking.
class PrivateTexts {
 public:
  explicit PrivateTexts(const ordered_json& payload) {
    if (!payload.contains("booking")) return;
    walk(payload["booking"], "");
  }
  std::set<std::string> found;

 private:
  void walk(const ordered_json& json, const std::string& path) {
    for (const auto& [key, value] : json.items()) {
      const std::string at = path + "/" + (json.is_array() ? "*" : key);
      if (value.is_structured()) {
        walk(value, at);
      } else if (value.is_string()) {
        const auto text = value.get<std::string>();
        if (is_private(at, json)) found.insert(text);
        if (key == "checkin_url" && text.rfind("https://", 0) == 0)
          found.insert(text.substr(text.rfind('/') + 1));
        if (const size_t contact = text.find("/contacts/"); contact != std::string::npos)
          found.insert(text.substr(contact + 10, text.find('/', contact + 10) - contact - 10));
      }
    }
  }

  static bool is_private(const std::string& at, const ordered_json& json) {
    static const std::set<std::string> places = {
        "/uuid",           "/rebooked_from", "/rebooked_to",    "/external_id",
        "/voucher_number", "/note",          "/note_safe_html", "/contact/name",
        "/contact/email",  "/contact/phone", "/agent/name",     "/contact/normalized_phone",
        "/desk/name"};
    if (places.count(at) == 1) return true;
    for (const char* whole :
         {"/pickup/", "/arrival/", "/lodging/", "/booked_by/", "/availability/crew_members/"})
      if (at.rfind(whole, 0) == 0 && !at.ends_with("/time")) return true;
    if (!at.ends_with("/value") && !at.ends_with("/display_value")) return false;
    const std::string type = json["custom_field"].value("type", "");
    return type != "yes-no" && type != "extended-option";
  }
};

/// The pointer of every value, with its type.
std::map<std::string, std::string> structure(const ordered_json& json) {
  std::map<std::string, std::string> types;
  const auto flat = json.flatten();
  for (const auto& [pointer, value] : flat.items()) types[pointer] = value.type_name();
  return types;
}

std::multiset<std::string> findings_in(const std::string& body) {
  std::multiset<std::string> all;
  for (const Finding& finding : Validator(std::nullopt).check_body(body).listed)
    all.insert(std::string(finding.rule->name) + " " + finding.pointer);
  return all;
}

void check_redaction(const std::string& body) {
  const std::string now = redacted(body);
  const ordered_json before = ordered_json::parse(body), after = ordered_json::parse(now);
  CHECK(structure(before) == structure(after));
  const auto old_findings = findings_in(body), new_findings = findings_in(now);
  CHECK(std::includes(old_findings.begin(), old_findings.end(), new_findings.begin(), new_findings.end()));
  for (const std::string& text : PrivateTexts(before).found) {
    CAPTURE(text);
    const std::string quoted = ordered_json(text).dump();
    if (text.size() >= 4) {
      CHECK(now.find(text) == std::string::npos);
      CHECK(now.find(quoted.substr(1, quoted.size() - 2)) == std::string::npos);
    }
  }
}

/// A booking that holds just these members of a contact, or other ones.
std::string with_contact(const std::string& members) {
  return R"({"booking":{"uuid":"6f0c2b5e-91d4-4a37-8e1b-d27c50f3a964","contact":{)" + members + "}}}";
}
std::string contact_member(const std::string& members, const char* name) {
  return redacted_json_of(with_contact(members))["booking"]["contact"][name].get<std::string>();
}

std::string with_answer(const std::string& pk, const std::string& type, const std::string& value,
                        const std::string& display, const std::string& more = "") {
  return R"({"booking":{"uuid":"6f0c2b5e-91d4-4a37-8e1b-d27c50f3a964","custom_field_values":[{"pk":)" + pk +
         R"(,"custom_field":{"type":")" + type + '"' + more + R"(},"value":")" + value +
         R"(","display_value":")" + display + R"("}]}})";
}
ordered_json answer(const std::string& pk, const std::string& type, const std::string& value,
                    const std::string& display, const std::string& more = "") {
  return redacted_json_of(with_answer(pk, type, value, display, more))["booking"]["custom_field_values"][0];
}

}  // namespace

TEST_CASE("a redacted fixture holds nothing private, has the same structure and no new finding") {
  for (const char* folder : {"payloads", "life"})
    for (const std::string& body : fixtures(folder)) check_redaction(body);
}

TEST_CASE("a redacted story holds nothing private, has the same structure and no new finding") {
  constexpr size_t enough = 2000;
  size_t bodies = 0;
  for (uint64_t seed = 0; bodies < enough; ++seed) {
    const auto type = static_cast<PayloadType>(seed % payload_type_count);
    for (const ScenarioStep& step : story(static_cast<Scenario>(seed % scenario_count), seed)) {
      CAPTURE(seed);
      check_redaction(webhook_of(step.booking, type));
      ++bodies;
    }
  }
}

TEST_CASE("in a redacted body nothing is found that was not there before") {
  for (const auto& entry : std::filesystem::directory_iterator(FAREHOOK_FIXTURES "/broken")) {
    const std::string body = content_of(entry.path().string());
    CAPTURE(entry.path().filename().string());
    const auto before = findings_in(body), after = findings_in(redacted(body));
    JsonVisitor nothing;
    if (!read_json(body, nothing))
      CHECK(std::includes(before.begin(), before.end(), after.begin(), after.end()));
    else
      CHECK(after.size() <= before.size());
  }
}

TEST_CASE("a redacted life is the same events") {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    BookingMemory before, after;
    for (const ScenarioStep& step : story(static_cast<Scenario>(seed % scenario_count), seed)) {
      const bool is_item = step.event == Event::item_updated;
      const std::string body =
          webhook_of(step.booking, is_item ? PayloadType::item : PayloadType::bookings_with_payments);
      const Facts facts = facts_of(body), new_facts = facts_of(redacted(body));
      CAPTURE(seed);
      CHECK(to_string(before.event(facts)) == to_string(after.event(new_facts)));
      before.remember(facts, {});
      after.remember(new_facts, {});
    }
  }
}

TEST_CASE("pseudonyms are the same under one key, and others under another") {
  const std::string body = fixture("payloads/bookings.json");
  const Redaction same(HmacSha256("a key for tests"), sha256), other(HmacSha256("another"), sha256);
  CHECK(same.redacted_body(body) == redacted(body));
  const auto json = redacted_json_of(body), other_json = ordered_json::parse(other.redacted_body(body));
  for (const char* place : {"/booking/contact/name", "/booking/contact/email", "/booking/contact/phone",
                            "/booking/uuid", "/booking/external_id", "/booking/dashboard_url"})
    CHECK(json.at(ordered_json::json_pointer(place)) != other_json.at(ordered_json::json_pointer(place)));
}

TEST_CASE("what is not private stays byte for byte") {
  const std::string item = fixture("payloads/item.json");
  CHECK(redacted(item) == item);
  const std::string body =
      "\xef\xbb\xbf {\"booking\" :{\"pk\":1.0e3 ,\"status\":\"\\u0062ooked\",\n"
      "\"contact\":{\"name\":\"\",\"is_subscribed_for_email_updates\":true}} }\n";
  CHECK(redacted(body) == body);
}

TEST_CASE("a person is a guest, an address can't be delivered to, a number has no country") {
  const std::string name = contact_member(R"("name":"Ottoline")", "name");
  CHECK(name.rfind("Guest ", 0) == 0);
  CHECK(name.size() == 18);
  CHECK(contact_member(R"("name":"\u004fttoline")", "name") == name);
  CHECK(contact_member(R"("name":"Ottolin")", "name") != name);
  const std::string email = contact_member(R"("email":"a.b@example.com")", "email");
  CHECK(email.rfind("guest-", 0) == 0);
  CHECK(email.ends_with("@redacted.invalid"));
  CHECK(contact_member(R"("email":"A.b@Example.com")", "email") == email);
  const std::string both = R"("phone":"(808) 555-0117","normalized_phone":"+18085550117")";
  const std::string phone = contact_member(both, "phone");
  CHECK(phone.rfind("+999", 0) == 0);
  CHECK(phone.size() == 14);
  CHECK(contact_member(both, "normalized_phone") == phone);
  CHECK(contact_member(R"("phone":"5550117","normalized_phone":"+18085550999")", "phone") != phone);
  CHECK(contact_member(R"("normalized_phone":"18085550117")", "normalized_phone") == phone.substr(1));
}

TEST_CASE("one text has unrelated pseudonyms as a name, as an agent's and as a note") {
  const auto json = redacted_json_of(
      R"({"booking":{"contact":{"name":"Odalys"},"agent":{"name":"Odalys"},"desk":{"name":"Odalys"},"note":"Odalys"}})");
  std::set<std::string> endings;
  for (const char* place :
       {"/booking/contact/name", "/booking/agent/name", "/booking/desk/name", "/booking/note"}) {
    const auto text = json.at(ordered_json::json_pointer(place)).get<std::string>();
    endings.insert(text.substr(text.size() - 12));
  }
  CHECK(endings.size() == 4);
}

TEST_CASE("HTML is that of its plain twin") {
  const auto booking = redacted_json_of(fixture("payloads/bookings-optimized-with-payments.json"))["booking"];
  CHECK(booking["note_safe_html"] == "<p>" + booking["note"].get<std::string>() + "</p>");
}

TEST_CASE("a booking's uuid is one everywhere, and rebookings still meet") {
  const auto from = redacted_json_of(fixture("life/rebooked-from.json"))["booking"];
  const auto to = redacted_json_of(fixture("life/rebooked-to.json"))["booking"];
  CHECK(from["rebooked_to"] == to["uuid"]);
  CHECK(to["rebooked_from"] == from["uuid"]);
  const auto uuid = from["uuid"].get<std::string>();
  CHECK(is_uuid(uuid));
  CHECK(uuid[14] == '4');
  const std::string confirmation = from["confirmation_url"], dashboard = from["dashboard_url"];
  CHECK(confirmation ==
        "https://fareharbor.com/embeds/book/pellwickcovekayak/items/418207/booking/" + uuid + "/");
  CHECK(dashboard.rfind("https://fareharbor.com/pellwickcovekayak/dashboard/?overlay=/contacts/", 0) == 0);
  CHECK(dashboard.ends_with("/bookings/" + uuid + "/"));
  CHECK(from["customers"][0]["checkin_url"].get<std::string>().size() == 22);
  CHECK(from["customers"][0]["checkin_url"].get<std::string>().rfind("https://fhchk.co/", 0) == 0);
}

TEST_CASE("of a URL that is not FareHarbor's nothing stays but the booking that it names") {
  const auto url = [](const std::string& text) {
    return redacted_json_of(
               R"({"booking":{"uuid":"6f0c2b5e-91d4-4a37-8e1b-d27c50f3a964","confirmation_url":")" + text +
               R"("}})")["booking"]["confirmation_url"]
        .get<std::string>();
  };
  const std::string prefix = "https://redacted.invalid/";
  for (const char* foreign : {"https://quentin.example.com/x", "https://quentin:pw@fareharbor.com/quentin",
                              "http://fareharbor.com.example/quentin"}) {
    CHECK(url(foreign).rfind(prefix, 0) == 0);
    CHECK(url(foreign).size() == prefix.size() + 12);
  }
  for (const char* own : {"https://fareharbor.com/embeds/book/x/?email=quentin",
                          "https://fhchk.co/book/quentin", "https://fareharbor.com/x/dashboard/#quentin",
                          "https://fareharbor.com/%71uentin", "https://fareharbor.com/embeds/quentin/"}) {
    CHECK(url(own).find("uentin") == std::string::npos);
    CHECK(url(own).rfind(std::string(own).substr(0, 15), 0) == 0);
  }
  CHECK(url("https://example.com/6f0c2b5e-91d4-4a37-8e1b-d27c50f3a964").size() ==
        prefix.size() + 12 + 1 + 36);
}

TEST_CASE("a text answer is a text, shown alike if it was") {
  const auto same = answer("7", "short", "Houseboat 9", "Houseboat 9");
  CHECK(same["value"].get<std::string>().rfind("redacted-", 0) == 0);
  CHECK(same["display_value"] == same["value"]);
  CHECK(answer("7", "newly invented", "Houseboat 9", "Boat")["value"] == same["value"]);
  CHECK(answer("7", "newly invented", "Houseboat 9", "Boat")["display_value"] != same["value"]);
  CHECK(answer("7", "multi-campaign", "", "")["value"] == "");
}

TEST_CASE("a count stays as long, and no two counts of an answer become one") {
  for (const char* pk : {"7", "8", "9"}) {
    std::set<std::string> all;
    for (int count = 0; count < 100; ++count) {
      const std::string digits = std::to_string(100 + count).substr(1);
      const auto json = answer(pk, "count", digits, digits);
      CHECK(json["value"] == json["display_value"]);
      all.insert(json["value"]);
    }
    CHECK(all.size() == 100);
    CHECK(all.begin()->size() == 2);
  }
}

TEST_CASE("a yes may be a no, anew for each answer, and a change still shows") {
  int kept = 0;
  constexpr int answers = 1000;
  for (int pk = 1; pk <= answers; ++pk) {
    const auto yes = answer(std::to_string(pk), "yes-no", "true", "Yes"),
               no = answer(std::to_string(pk), "yes-no", "", "No");
    CHECK(yes["value"] != no["value"]);
    CHECK(yes["display_value"] == (yes["value"] == "true" ? "Yes" : "No"));
    kept += yes["value"] == "true";
  }
  CHECK(kept > answers * 2 / 5);
  CHECK(kept < answers * 3 / 5);
}

TEST_CASE("a chosen option becomes any of the options, and a change still shows") {
  const std::string options =
      R"(,"extended_options":[{"pk":11,"name":"None"},{"pk":12,"name":"Nuts"},{"pk":13,"name":"Shellfish"}])";
  std::map<std::string, int> counts;
  for (int pk = 1; pk <= 900; ++pk) {
    const auto json = answer(std::to_string(pk), "extended-option", "12", "Nuts", options);
    const auto other = answer(std::to_string(pk), "extended-option", "13", "Shellfish", options);
    CHECK(json["value"] != other["value"]);
    ++counts[json["value"].get<std::string>() + " " + json["display_value"].get<std::string>()];
  }
  CHECK(counts.size() == 3);
  for (const char* each : {"11 None", "12 Nuts", "13 Shellfish"}) CHECK(counts[each] > 200);
  const auto unlisted = answer("7", "extended-option", "2204511", "Nuts");
  CHECK(unlisted["value"] != "2204511");
  CHECK(unlisted["value"].get<std::string>().size() == 7);
  CHECK(unlisted["display_value"].get<std::string>().rfind("redacted-", 0) == 0);
}

TEST_CASE("what is not documented keeps its types only") {
  const std::string body =
      R"({"booking":{"lodging":{"name":"Pandanus","room":1204,"rate":-12.50e2,"is_required":true,"note":null,"code":""},)"
      R"("booked_by":"birgit@example.com","is_vip":"Birgit","Birgit":1,"x18085550117":2,)"
      R"("resource_uses":[{"Birgit":[4711]}],"pk":"Birgit","contact":{"name":{"first":"Birgit"}}}})";
  const std::string now = redacted(body);
  const auto json = ordered_json::parse(now)["booking"];
  for (const char* text : {"Birgit", "Pandanus", "1204", "12.50", "4711", "8085550117"})
    CHECK(now.find(text) == std::string::npos);
  CHECK(json["lodging"]["room"].is_number_unsigned());
  CHECK(json["lodging"]["rate"].is_number_float());
  CHECK(json["lodging"]["is_required"] == true);
  CHECK(json["lodging"]["note"].is_null());
  CHECK(json["lodging"]["code"] == "");
  CHECK(json["booked_by"].get<std::string>().ends_with("@redacted.invalid"));
  CHECK(json["is_vip"].get<std::string>().rfind("redacted-", 0) == 0);
  CHECK(json["resource_uses"][0].begin().key().rfind("key_", 0) == 0);
  CHECK(json["contact"]["name"]["first"].is_string());
}

TEST_CASE("numbers of any length keep their type") {
  for (const char* number :
       {"0", "7", "-7", "10", "999999999", "1234567890", "9223372036854775807", "-9223372036854775808",
        "18446744073709551615", "0.5", "-0.0", "1e308", "1.5E-7"}) {
    CAPTURE(number);
    const std::string body = std::string(R"({"booking":{"lodging":)") + number + "}}";
    CHECK(structure(ordered_json::parse(body)) == structure(redacted_json_of(body)));
    CHECK(redacted(body).size() == body.size());
  }
}

TEST_CASE("an operator's text that names the guest is private too") {
  const auto json = redacted_json_of(
      R"({"booking":{"contact":{"name":"Quentin Ash"},"availability":{"headline":"For quentin ash only",)"
      R"("item":{"name":"Sunset Sail"}}}})")["booking"]["availability"];
  CHECK(json["headline"].get<std::string>().rfind("redacted-", 0) == 0);
  CHECK(json["item"]["name"] == "Sunset Sail");
}

TEST_CASE("JSON that is no payload keeps its structure, other text nothing") {
  CHECK(redacted("[1,\"Birgit\",{\"name\":\"Birgit\"}]").find("Birgit") == std::string::npos);
  CHECK(structure(redacted_json_of(R"({"crew":[{"name":"Birgit","pk":4}]})")) ==
        structure(ordered_json::parse(R"({"crew":[{"name":"Birgit","pk":4}]})")));
  CHECK(redacted("") == "");
  for (const std::string body : {"name=Birgit&x=1", R"({"booking":{"note":"Birgit)", "\xff\xfe Birgit"}) {
    CHECK(redacted(body).rfind("redacted-", 0) == 0);
    CHECK(redacted(body).size() == 21);
  }
}

TEST_CASE("hostile bodies are redacted to a bounded size") {
  std::string deep, wide = R"({"booking":{"custom_field_values":[{"custom_field":{"type":"short"})";
  for (int level = 0; level < 118; ++level) deep += "[";
  CHECK(redacted(deep + "\"Birgit\"" + std::string(118, ']')).find("Birgit") == std::string::npos);
  for (int i = 0; i < 50'000; ++i) wide += R"(,"value":"Birgit")";
  const std::string now = redacted(wide + "}]}}");
  CHECK(now.find("Birgit") == std::string::npos);
  CHECK(now.size() < 3 * wide.size());
  CHECK(redacted("[" + std::string(2 * JsonTree::max_nodes, ' ') + "\"Birgit\"]").find("Birgit") ==
        std::string::npos);
  std::string many = "[0";
  for (size_t i = 0; i < JsonTree::max_nodes; ++i) many += ",0";
  CHECK(redacted(many + "]").size() == 21);
}

TEST_CASE("of a delivery's target and headers only what is harmless stays") {
  Delivery delivery;
  delivery.id = "01a207f0-a6e9-7399-ad0a-d6797fd94f02";
  delivery.method = "POST";
  delivery.path = "/hooks/s3cret";
  delivery.query = "key=s3cret&s3cret&S3CRET7=1&a=b=s3cret";
  delivery.body = R"({"booking":{"note":"s3cret s3cret s3cret"}})";
  delivery.headers = {{"content-type", "application/json"}, {"content-length", "43"}, {"x-key", "s3cret"},
                      {"user-agent", "s3cret@example.com"}, {"Quentin", "x"},         {"also bad", "y"}};
  const Delivery now = redaction.redacted(delivery);
  CHECK(now.id == delivery.id);
  CHECK(now.method == "POST");
  CHECK(now.path == "/redacted");
  CHECK(now.query == "key=redacted&redacted&redacted&a=redacted");
  CHECK(now.headers == std::vector<Header>{{"content-type", "application/json"},
                                           {"content-length", std::to_string(now.body.size())},
                                           {"x-key", "[redacted]"},
                                           {"user-agent", "[redacted]"},
                                           {"[redacted]", "[redacted]"}});
  CHECK(now.body == redacted(delivery.body));
  CHECK(now.body_sha256 == sha256(now.body));
  delivery.path = "/";
  CHECK(redaction.redacted(delivery).path == "/");
}
