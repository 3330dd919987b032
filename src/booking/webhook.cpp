#include "booking/webhook.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>

// A booking as FareHarbor's serializer writes it, in its four data types and as an item.

namespace farehook {

namespace {

using Json = nlohmann::ordered_json;

/// A custom field that the operator asks for.
struct Question {
  int64_t number;
  std::string_view type, name;
};
constexpr Question meeting_point{91, "short", "Meeting point"};  ///< asked once in a booking
constexpr Question dry_bags{92, "count", "Dry bags on loan"};    ///< asked of each customer

class Serializer {
 public:
  Serializer(const Invention& booking, PayloadType type)
      : booking_(booking),
        company_(*booking.company),
        is_optimized_(type == PayloadType::bookings_optimized ||
                      type == PayloadType::bookings_optimized_with_payments),
        has_payments_(type == PayloadType::bookings_with_payments ||
                      type == PayloadType::bookings_optimized_with_payments) {}

  Json item() const {
    const std::string pk = std::to_string(booking_.item_pk), shortname(company_.shortname);
    return {{"item",
             {{"pk", booking_.item_pk},
              {"name", company_.item},
              {"company", company()},
              {"external_api_url",
               "https://fareharbor.com/api/external/v1/companies/" + shortname + "/items/" + pk + "/"},
              {"dashboard_url", "https://fareharbor.com/" + shortname + "/dashboard/items/" + pk + "/"}}}};
  }

  Json booking() const {
    const std::string shortname(company_.shortname);
    Json json{{"pk", booking_.pk},
              {"uuid", booking_.uuid},
              {"display_id", "#" + std::to_string(booking_.pk)},
              {"external_id", ""},
              {"status", booking_.status},
              {"rebooked_from", or_null(booking_.rebooked_from)},
              {"rebooked_to", or_null(booking_.rebooked_to)},
              {"company", company()},
              {"affiliate_company", affiliate()},
              {"contact", contact()},
              {"availability", availability()},
              {"customers", customers()},
              {"customer_count", booking_.customers.size()},
              {"custom_field_values", Json::array({answer(meeting_point, booking_.answer)})}};
    put_amount(json, "invoice_price", booking_.is_from_affiliate ? booking_.total() * 4 / 5 : 0);
    put_amount(json, "receipt_subtotal", booking_.subtotal());
    put_amount(json, "receipt_taxes", booking_.taxes());
    put_amount(json, "receipt_total", booking_.total());
    put_amount(json, "amount_paid", booking_.amount_paid());
    if (has_payments_) json["payments"] = payments();
    json.update(
        {{"voucher_number", booking_.is_from_affiliate ? "V-" + std::to_string(booking_.pk % 100'000) : ""},
         {"note", booking_.note},
         {"note_safe_html", booking_.note.empty() ? "" : "<p>" + booking_.note + "</p>"},
         {"pickup", nullptr},
         {"arrival", nullptr},
         {"effective_cancellation_policy",
          {{"type", "hours-before-start"},
           {"cutoff", local_time(booking_, booking_.day - 1, booking_.hour, 0)}}},
         {"is_eligible_for_cancellation", booking_.is_eligible_for_cancellation},
         {"agent", nullptr},
         {"desk", nullptr},
         {"order", booking_.order ? Json{{"display_id", *booking_.order}} : Json(nullptr)},
         {"confirmation_url", "https://fareharbor.com/embeds/book/" + shortname + "/items/" +
                                  std::to_string(booking_.item_pk) + "/booking/" + booking_.uuid + "/"},
         {"dashboard_url", "https://fareharbor.com/" + shortname + "/dashboard/?overlay=/contacts/" +
                               std::to_string(booking_.contact_pk) + "/bookings/" + booking_.uuid + "/"},
         {"is_subscribed_for_sms_updates", booking_.pk % 3 == 0}});
    return {{"booking", std::move(json)}};
  }

 private:
  static Json or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }

  /// In the company's notation: "165.24", "12,40" and a no-break space, "6000".
  std::string display(int64_t amount) const {
    if (!company_.has_minor_unit) return std::to_string(amount);
    const int64_t size = std::abs(amount);
    const std::string cents = std::to_string(size % 100);
    return (amount < 0 ? "-" : "") + std::to_string(size / 100) + (company_.has_decimal_comma ? "," : ".") +
           (cents.size() < 2 ? "0" : "") + cents + (company_.has_decimal_comma ? "\u00a0" : "");
  }
  void put_amount(Json& json, const std::string& name, int64_t amount) const {
    json[name] = amount;
    json[name + "_display"] = display(amount);
  }

  Json company() const {
    return {{"shortname", company_.shortname}, {"name", company_.name}, {"currency", company_.currency}};
  }
  Json affiliate() const {
    if (!booking_.is_from_affiliate) return nullptr;
    return {{"shortname", "palmandpierconcierge"},
            {"name", "Palm & Pier Concierge"},
            {"currency", company_.currency}};
  }
  Json contact() const {
    return {{"name", booking_.name},
            {"email", booking_.email},
            {"phone", booking_.phone},
            {"phone_country", company_.country},
            {"normalized_phone", booking_.normalized_phone},
            {"language", booking_.language},
            {"is_subscribed_for_email_updates", booking_.contact_pk % 2 == 0}};
  }

  Json availability() const {
    Json json{{"pk", booking_.availability_pk},
              {"start_at", local_time(booking_, booking_.day, booking_.hour, 0)},
              {"end_at", local_time(booking_, booking_.day, booking_.hour + 3, 30)}};
    if (!is_optimized_) {
      json.update({{"capacity", booking_.capacity}, {"minimum_party_size", 1}, {"maximum_party_size", 12}});
      if (has_payments_) json["online_booking_status"] = "auto";
      json["headline"] = company_.headline;
    }
    json["item"] = {{"pk", booking_.item_pk}, {"name", company_.item}};
    if (!is_optimized_) {
      json["customer_type_rates"] = {rate(false, true), rate(true, true)};
      json["custom_field_instances"] =
          Json::array({{{"pk", booking_.item_pk * 10 + 1}, {"custom_field", custom_field(meeting_point)}}});
    }
    return json;
  }

  Json rate(bool is_child, bool has_questions) const {
    const int64_t total = is_child ? company_.child_total : company_.adult_total;
    const int64_t with_tax = total + total * company_.tax_percent / 100;
    const std::string_view name = is_child ? company_.child : company_.adult;
    Json type{{"pk", company_.company_pk * 20 + is_child}, {"singular", name}, {"plural", name}};
    Json prototype{{"pk", company_.company_pk * 50 + is_child}, {"display_name", name}};
    Json json{{"pk", 9'010'000'000 + company_.company_pk * 100 + is_child}};
    if (!is_optimized_) {
      type["note"] = "";
      prototype.update({{"note", ""}, {"total", total}, {"total_including_tax", with_tax}});
      json.update({{"total", total},
                   {"total_including_tax", with_tax},
                   {"capacity", booking_.capacity},
                   {"minimum_party_size", nullptr},
                   {"maximum_party_size", nullptr}});
    }
    json["customer_type"] = std::move(type);
    json["customer_prototype"] = std::move(prototype);
    if (has_questions)
      json["custom_field_instances"] = Json::array(
          {{{"pk", booking_.item_pk * 10 + 2 + is_child}, {"custom_field", custom_field(dry_bags)}}});
    return json;
  }

  Json custom_field(const Question& question) const {
    return {{"pk", company_.company_pk * 30 + question.number},
            {"type", question.type},
            {"name", question.name},
            {"title", question.name},
            {"is_required", false},
            {"description", ""},
            {"description_safe_html", ""},
            {"booking_notes", ""},
            {"booking_notes_safe_html", ""},
            {"modifier_kind", "offset"},
            {"modifier_type", "none"},
            {"offset", 0},
            {"percentage", 0},
            {"is_always_per_customer", false},
            {"is_taxable", true}};
  }

  Json answer(const Question& question, const std::string& value) const {
    return {{"pk", booking_.pk * 5 + question.number},
            {"custom_field", custom_field(question)},
            {"name", question.name},
            {"value", value},
            {"display_value", value}};
  }

  Json customers() const {
    Json all = Json::array();
    for (const Customer& customer : booking_.customers) {
      Json checkin = nullptr;
      if (customer.checkin != Customer::Checkin::none) {
        const bool came = customer.checkin == Customer::Checkin::checked_in;
        checkin = {{"pk", company_.company_pk * 10 + came},
                   {"name", came ? "Checked in" : "No-show"},
                   {"type", came ? "checked-in" : "no-show"}};
      }
      all.push_back(
          {{"pk", customer.pk},
           {"checkin_url", "https://fhchk.co/" + customer.code},
           {"checkin_status", std::move(checkin)},
           {"customer_type_rate", rate(customer.is_child, false)},
           {"custom_field_values", Json::array({answer(dry_bags, std::to_string(customer.bags))})}});
    }
    return all;
  }

  Json payments() const {
    Json all = Json::array();
    for (const Payment& payment : booking_.payments) {
      Json refunds = Json::array();
      for (const Payment::Refund& refund : payment.refunds) {
        Json json{{"pk", refund.pk}};
        put_amount(json, "amount_refunded", refund.amount);
        json["created_at"] = refund.created_at;
        json["is_cancelled"] = false;
        refunds.push_back(std::move(json));
      }
      Json json{{"pk", payment.pk},
                {"created_at", payment.created_at},
                {"type", payment.type},
                {"status", "succeeded"},
                {"currency", company_.currency}};
      put_amount(json, "initial_amount_paid", payment.initial);
      put_amount(json, "amount_paid", payment.amount_paid());
      json["in_store_payment_type"] =
          payment.type == "in-store" ? Json{{"pk", 8811}, {"name", "Cash drawer"}} : Json(nullptr);
      json["refunds"] = std::move(refunds);
      all.push_back(std::move(json));
    }
    return all;
  }

  const Invention& booking_;
  const Operator& company_;
  const bool is_optimized_, has_payments_;
};

}  // namespace

std::string webhook_of(const Invention& booking, PayloadType type) {
  const Serializer serializer(booking, type);
  return (type == PayloadType::item ? serializer.item() : serializer.booking()).dump();
}

}  // namespace farehook
