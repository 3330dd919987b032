#include "booking/consistency.hpp"

#include "booking/value_form.hpp"
#include "delivery/ascii.hpp"

#include <algorithm>

namespace farehook {

namespace {

/// A rule that is being checked on an object.
class Case {
 public:
  Case(std::string_view rule, const Members& members, const Complain& complain)
      : members_(members), rule_(rule), complain_(complain) {}

  ObjectKind object_kind() const { return members_.kind(); }
  const JsonNode* operator[](std::string_view name) const { return members_[name]; }
  std::optional<int64_t> integer(std::string_view name) const { return members_.integer(name); }
  std::optional<std::string> text(std::string_view name) const { return members_.text(name); }

  void complain(const JsonNode& at, std::string message, std::string remedy = "") const {
    complain_(rule_, at, std::move(message), std::move(remedy));
  }
  void complain(std::string_view name, std::string message, std::string remedy = "") const {
    complain(*members_[name], std::move(message), std::move(remedy));
  }

 private:
  const Members& members_;
  std::string_view rule_;
  const Complain& complain_;
};

std::string str(int64_t number) { return std::to_string(number); }

/// The sum, unless it leaves 64 bits.
std::optional<int64_t> sum(int64_t a, int64_t b) {
  int64_t result = 0;
  if (__builtin_add_overflow(a, b, &result)) return std::nullopt;
  return result;
}

/// What is left of a number less another, unless it leaves 64 bits.
std::optional<int64_t> difference(int64_t a, int64_t b) {
  int64_t result = 0;
  if (__builtin_sub_overflow(a, b, &result)) return std::nullopt;
  return result;
}

/// All digits of the text, without the zeros that they begin with.
std::string significant_digits(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (is_digit(c)) digits += c;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

/// How many zeros a display leaves out behind its digits, at least and at most: none of "31.82", two of
/// "31", or none if the currency has no smaller unit.
struct ZerosLeftOut {
  size_t least, most;
};
ZerosLeftOut zeros_left_out(std::string_view display) {
  size_t last = display.size();  // of the points and commas between digits
  for (size_t at = 1; at + 1 < display.size(); ++at)
    if ((display[at] == '.' || display[at] == ',') && is_digit(display[at - 1]) && is_digit(display[at + 1]))
      last = at;
  if (last == display.size()) return {0, 2};
  const std::string_view behind = display.substr(last + 1);
  const size_t decimals = std::min(behind.find_first_not_of("0123456789"), behind.size());
  if (decimals > 2) return {0, 2};
  // Behind a 0 nothing but decimals can stand; behind other digits one digit may be more than a tenth.
  const bool is_below_one = display.substr(0, last).find_first_of("123456789") == std::string_view::npos;
  return {is_below_one ? 2 - decimals : 0, 2 - decimals};
}

/// "-5.00", "$-5.00", "5.00-" and "(5.00)" are negative; "72,-" is not.
bool is_sign_right(std::string_view display, int64_t amount) {
  constexpr std::string_view digits = "0123456789", minus = "\u2212";
  const std::string_view before = display.substr(0, display.find_first_of(digits)),
                         behind = display.substr(display.find_last_of(digits) + 1);
  if (amount < 0)
    return display.find_first_of("-(") != std::string_view::npos ||
           display.find(minus) != std::string_view::npos;
  const bool is_negative = before.starts_with('-') || before.ends_with('-') || before.starts_with(minus) ||
                           before.ends_with(minus) || behind.starts_with('-') || behind.starts_with(minus) ||
                           (before.starts_with('(') && behind.ends_with(')'));
  return amount == 0 || !is_negative;
}

/// The notation is the company's own; only the sign and the digits are compared. "31.82" is 3182; zeros
/// behind a point may be left out.
bool shows(std::string_view display, int64_t amount) {
  if (display.find_first_of("0123456789") == std::string_view::npos) return true;  // other scripts' digits
  const std::string shown = significant_digits(display), wanted = significant_digits(str(amount));
  if (shown.empty() || wanted.empty()) return shown == wanted;
  const auto [least, most] = zeros_left_out(display);
  const size_t zeros = wanted.size() - std::min(shown.size(), wanted.size());
  return zeros >= least && zeros <= most && wanted == shown + std::string(zeros, '0') &&
         is_sign_right(display, amount);
}

void amount_display(const Case& the) {
  constexpr std::string_view suffix = "_display";
  for (const Field& field : fields_of(the.object_kind())) {
    if (field.value.form != Form::display) continue;
    const std::string_view name = field.name.substr(0, field.name.size() - suffix.size());
    const JsonNode *amount = the[name], *display = the[field.name];
    if (amount == nullptr || display == nullptr) continue;
    if (amount->is(JsonKind::null) != display->is(JsonKind::null)) {
      const bool is_amount_null = amount->is(JsonKind::null);
      const std::string_view null = is_amount_null ? name : field.name,
                             other = is_amount_null ? field.name : name;
      the.complain(null, "`" + std::string(null) + "` is null, and `" + std::string(other) + "` is not");
    } else if (const auto number = the.integer(name); number && !shows(*the.text(field.name), *number)) {
      the.complain(field.name,
                   "`" + std::string(field.name) + "` is " + std::string(display->text) + ", but `" +
                       std::string(name) + "` is " + str(*number),
                   "An amount is a whole number of the currency's smallest unit.");
    }
  }
}

void receipt_total(const Case& the) {
  const auto subtotal = the.integer("receipt_subtotal"), taxes = the.integer("receipt_taxes"),
             total = the.integer("receipt_total");
  if (!subtotal || !taxes || !total || sum(*subtotal, *taxes) == total) return;
  const auto right = sum(*subtotal, *taxes);
  the.complain("receipt_total", "`receipt_total` is " + str(*total) +
                                    ", but `receipt_subtotal` and `receipt_taxes` make " +
                                    (right ? str(*right) : "more than 64 bits hold"));
}

void payment_refunds(const Case& the) {
  const auto initial = the.integer("initial_amount_paid"), paid = the.integer("amount_paid");
  const JsonNode* refunds = the["refunds"];
  if (!initial || !paid || refunds == nullptr) return;
  // It is not known whether a refund with is_cancelled counts: both are taken.
  auto left_after_all = initial, left_after_standing = initial;
  for (const JsonNode& refund : children(*refunds)) {
    const auto amount = integer_of(member(refund, "amount_refunded"));
    if (!amount) return;
    const JsonNode* cancelled = member(refund, "is_cancelled");
    const bool is_cancelled = cancelled != nullptr && cancelled->text == "true";
    left_after_all = difference(*left_after_all, *amount);
    if (!is_cancelled) left_after_standing = difference(*left_after_standing, *amount);
    if (!left_after_all || !left_after_standing) return;
  }
  if (paid == left_after_all || paid == left_after_standing) return;
  the.complain("amount_paid", "`amount_paid` is " + str(*paid) + ", but `initial_amount_paid` " +
                                  str(*initial) + " less its refunds is " + str(*left_after_standing));
}

void refund_amount(const Case& the) {
  const auto amount = the.integer("amount_refunded");
  if (amount && *amount <= 0)
    the.complain("amount_refunded", "`amount_refunded` is " + str(*amount),
                 "It is what was given back: a positive number.");
}

void payment_currency(const Case& the) {
  const JsonNode *company = the["company"], *payments = the["payments"];
  if (company == nullptr || payments == nullptr) return;
  const auto currency = text_of(member(*company, "currency"));
  if (!currency || check_form(Form::currency, *currency)) return;
  for (const JsonNode& payment : children(*payments)) {
    const JsonNode* own = member(payment, "currency");
    const auto text = text_of(own);
    if (text && !check_form(Form::currency, *text) && *text != *currency)
      the.complain(*own, "The payment's `currency` is " + *text + ", but the company's is " + *currency);
  }
}

void customer_count(const Case& the) {
  const auto count = the.integer("customer_count");
  const JsonNode* customers = the["customers"];
  if (!count || customers == nullptr) return;
  const size_t there = count_children(*customers);
  if (*count != static_cast<int64_t>(there))
    the.complain("customer_count", "`customer_count` is " + str(*count) + ", but there are " +
                                       std::to_string(there) + " in `customers`");
}

void no_customers(const Case& the) {
  const JsonNode* customers = the["customers"];
  if (customers != nullptr && count_children(*customers) == 0)
    the.complain("customers", "`customers` is empty");
}

void party_size(const Case& the) {
  const auto least = the.integer("minimum_party_size"), most = the.integer("maximum_party_size");
  if (least && most && *least > *most)
    the.complain("minimum_party_size",
                 "`minimum_party_size` is " + str(*least) + ", and `maximum_party_size` " + str(*most));
}

void availability_times(const Case& the) {
  const auto start = the.text("start_at"), end = the.text("end_at");
  if (!start || !end) return;
  const auto start_minute = minute_of(*start), end_minute = minute_of(*end);
  if (start_minute && end_minute && *end_minute < *start_minute)
    the.complain("end_at", "`end_at` is before `start_at`");
}

void rebooked_status(const Case& the) {
  const auto status = the.text("status");
  const JsonNode* link = the["rebooked_to"];
  if (!status || link == nullptr) return;
  const bool has_link = !link->is(JsonKind::null);
  if (*status == "rebooked" && !has_link)
    the.complain("status", "`status` is rebooked, but `rebooked_to` is null",
                 "`rebooked_to` is the uuid of the booking that replaced this one.");
  if ((*status == "booked" || *status == "cancelled") && has_link)
    the.complain("rebooked_to", "`rebooked_to` is set, but `status` is " + *status,
                 "A booking that was replaced is rebooked.");
}

void rebooked_link(const Case& the) {
  const auto uuid = the.text("uuid"), from = the.text("rebooked_from"), to = the.text("rebooked_to");
  if (uuid && from == uuid) the.complain("rebooked_from", "`rebooked_from` is the booking's own uuid");
  if (uuid && to == uuid) the.complain("rebooked_to", "`rebooked_to` is the booking's own uuid");
  if (from && from == to && from != uuid)
    the.complain("rebooked_to", "`rebooked_to` and `rebooked_from` are the same booking");
}

void arrival_and_pickup(const Case& the) {
  const JsonNode *arrival = the["arrival"], *pickup = the["pickup"];
  if (arrival != nullptr && pickup != nullptr && arrival->is(JsonKind::object) &&
      pickup->is(JsonKind::object))
    the.complain("arrival", "`arrival` is set, and so is `pickup`");
}

void display_id(const Case& the) {
  const auto pk = the.integer("pk");
  const auto shown = the.text("display_id");
  if (pk && shown && *shown != "#" + str(*pk))
    the.complain("display_id", "`display_id` is " + *shown + ", and `pk` " + str(*pk));
}

/// Complains of a URL that does not hold the identity of what it belongs to.
void check_url(const Case& the, std::string_view url, const std::string& identity, std::string_view what) {
  const auto text = the.text(url);
  if (!text || text->find(identity) != std::string::npos) return;
  the.complain(url, "`" + std::string(url) + "` does not hold the " + std::string(what) + " " + identity);
}

void booking_urls(const Case& the) {
  const auto uuid = the.text("uuid");
  if (!uuid || check_form(Form::uuid, *uuid)) return;
  check_url(the, "confirmation_url", *uuid, "booking's uuid");
  check_url(the, "dashboard_url", *uuid, "booking's uuid");
}

void item_urls(const Case& the) {
  const auto pk = the.integer("pk");
  if (!pk) return;
  check_url(the, "external_api_url", str(*pk), "item's pk");
  check_url(the, "dashboard_url", str(*pk), "item's pk");
}

bool is_option(const JsonNode& custom_field, const std::string& answer) {
  const JsonNode* options = member(custom_field, "extended_options");
  // Where the options are not all known any pk may be meant.
  if (options == nullptr || !options->is(JsonKind::array)) return significant_digits(answer) == answer;
  return std::ranges::any_of(children(*options), [&](const JsonNode& option) {
    const auto pk = integer_of(member(option, "pk"));
    return !pk || str(*pk) == answer;
  });
}

void answer_form(const Case& the) {
  const JsonNode* field = the["custom_field"];
  const auto answer = the.text("value");
  if (field == nullptr || !answer || answer->empty()) return;
  const auto type = text_of(member(*field, "type"));
  if (type == "count" && !std::ranges::all_of(*answer, is_digit))
    the.complain("value", "The answer to a count is \"" + *answer + "\"", "It is digits, or \"\".");
  if (type == "extended-option" && !is_option(*field, *answer))
    the.complain("value", "The answer \"" + *answer + "\" is not the pk of one of the field's options",
                 "It is the pk of the chosen one as a string, or \"\".");
}

struct Check {
  std::string_view rule;
  ObjectKind object;
  void (*check)(const Case&);
};

using enum ObjectKind;

constexpr Check checks[] = {
    {"amount-display", booking, amount_display},
    {"amount-display", payment, amount_display},
    {"amount-display", refund, amount_display},
    {"receipt-total", booking, receipt_total},
    {"payment-refunds", payment, payment_refunds},
    {"refund-amount", refund, refund_amount},
    {"payment-currency", booking, payment_currency},
    {"customer-count", booking, customer_count},
    {"no-customers", booking, no_customers},
    {"party-size", availability, party_size},
    {"party-size", customer_type_rate, party_size},
    {"availability-times", availability, availability_times},
    {"rebooked-status", booking, rebooked_status},
    {"rebooked-link", booking, rebooked_link},
    {"arrival-and-pickup", booking, arrival_and_pickup},
    {"display-id", booking, display_id},
    {"url-identity", booking, booking_urls},
    {"url-identity", item, item_urls},
    {"answer-form", custom_field_value, answer_form},
};

}  // namespace

void check_consistency(const Members& members, const Complain& complain) {
  for (const Check& each : checks)
    if (each.object == members.kind()) each.check(Case(each.rule, members, complain));
}

}  // namespace farehook
