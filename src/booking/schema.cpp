#include "booking/schema.hpp"

#include "booking/field_words.hpp"

namespace farehook {

namespace {

using namespace field_words;
using Values = std::string_view[];

constexpr Values statuses = {"booked", "cancelled", "rebooked"};
constexpr Values custom_field_types = {"yes-no",          "short", "long",
                                       "extended-option", "count", "multi-campaign"};
constexpr Values modifier_kinds = {"offset", "percentage"};
constexpr Values modifier_types = {"none", "adjust", "set"};
constexpr Values checkin_types = {"checked-in", "no-show"};
constexpr Values online_statuses = {"auto", "open", "call", "closed", "cancelled"};
constexpr Values policy_types = {"hours-before-start", "hours-before-midnight", "always", "never"};
constexpr Values payment_types = {"card",   "in-store",   "affiliate", "stored-value-card", "ideal", "sofort",
                                  "paypal", "bancontact", "online"};
constexpr Values payment_statuses = {"initialed", "pending", "succeeded", "failed"};

// Name, value, presence, privacy, source.
// clang-format off
constexpr Field envelope_fields[] = {
    {"booking",                         object(booking),                   always,                kept,      "SCH S1 S2"},
    {"item",                            object(item),                      in_item,               kept,      "SCH"},
};

constexpr Field booking_fields[] = {
    {"pk",                              pk,                                always,                kept,      "SCH S1 S2 S3"},
    {"uuid",                            uuid,                              always,                as_uuid,   "SCH DOC S1 S2 S3"},
    {"display_id",                      text,                              always,                kept,      "SCH S1 S2 S3"},
    {"external_id",                     text,                              always,                as_text,   "SCH DOC S1 S2"},
    {"status",                          text.only(statuses),               always,                kept,      "SCH DOC S1 S2 C1"},
    {"rebooked_from",                   or_null(uuid),                     always,                as_uuid,   "SCH DOC"},
    {"rebooked_to",                     or_null(uuid),                     always,                as_uuid,   "SCH DOC"},
    {"company",                         object(company),                   always,                kept,      "SCH S1 S2 S3"},
    {"affiliate_company",               or_null(object(company)),          always,                kept,      "SCH S1 S2 S3"},
    {"contact",                         object(contact),                   always,                kept,      "SCH S1 S2 S3"},
    {"availability",                    object(availability),              always,                kept,      "SCH S1 S2 S3"},
    {"customers",                       list(customer),                    always,                kept,      "SCH S1 S2 S3"},
    {"customer_count",                  integer,                           always,                kept,      "SCH S1 S2 S3"},
    {"custom_field_values",             list(custom_field_value),          always,                kept,      "SCH S1 S2 S3"},
    {"invoice_price",                   or_null(amount),                   always,                kept,      "SCH S1 S2 S3"},
    {"invoice_price_display",           or_null(display),                  always,                kept,      "SCH S1 S2 S3"},
    {"receipt_subtotal",                or_null(amount),                   always,                kept,      "SCH S1 S2 S3"},
    {"receipt_subtotal_display",        or_null(display),                  always,                kept,      "SCH S1 S2 S3"},
    {"receipt_taxes",                   or_null(amount),                   always,                kept,      "SCH S1 S2 S3"},
    {"receipt_taxes_display",           or_null(display),                  always,                kept,      "SCH S1 S2 S3"},
    {"receipt_total",                   or_null(amount),                   always,                kept,      "SCH S1 S2 S3"},
    {"receipt_total_display",           or_null(display),                  always,                kept,      "SCH S1 S2 S3"},
    {"amount_paid",                     or_null(amount),                   always,                kept,      "SCH S1 S2 S3"},
    {"amount_paid_display",             or_null(display),                  always,                kept,      "SCH S1 S2 S3"},
    {"payments",                        list(payment),                     with_payments,         kept,      "SEED SCH C1"},
    {"voucher_number",                  text,                              always,                as_text,   "SCH S1 S2 S3"},
    {"note",                            text,                              always,                as_text,   "SCH S1 S2 S3"},
    {"note_safe_html",                  text,                              always,                as_html,   "SCH S1 S2 S3"},
    {"pickup",                          or_null(object(pickup)),           always,                kept,      "SCH DOC"},
    {"arrival",                         or_null(object(arrival)),          always,                kept,      "SCH DOC S4"},
    {"effective_cancellation_policy",   object(policy),                    always,                kept,      "SCH S1 S2 S3"},
    {"is_eligible_for_cancellation",    boolean,                           always,                kept,      "SCH DOC"},
    {"agent",                           or_null(object(agent)),            always,                kept,      "SCH DOC"},
    {"desk",                            or_null(object(desk)),             always,                kept,      "SCH DOC"},
    {"order",                           or_null(object(order)),            always,                kept,      "SCH DOC S2"},
    {"confirmation_url",                url,                               always,                as_link,   "SCH S1 S2 S3"},
    {"dashboard_url",                   url,                               always,                as_link,   "SCH S1 S2 S3"},
    {"external_api_url",                url,                               sometimes,             as_link,   "SCH C1"},
    {"is_subscribed_for_sms_updates",   boolean,                           always,                kept,      "SCH S1 S2 S3"},
    {"created_at",                      anything,                          sometimes,             kept,      "C1 ES"},
    {"source_type",                     anything,                          sometimes,             as_text,   "C1 C2"},
    {"booked_by",                       anything,                          sometimes,             as_text,   "C1 C2"},
    {"lodging",                         anything,                          sometimes,             as_text,   "C1 ES"},
    {"resource_uses",                   anything,                          sometimes,             as_text,   "C1"},
    {"is_follow_up_email_disabled",     anything,                          sometimes,             as_text,   "C1"},
    {"is_reminder_email_disabled",      anything,                          sometimes,             as_text,   "C1"},
};

constexpr Field company_fields[] = {
    {"shortname",                       text,                              in_every,              kept,      "SCH S1 S3"},
    {"name",                            text,                              in_every,              kept,      "SCH S1 S3"},
    {"currency",                        currency,                          in_every,              kept,      "SCH S1 S3"},
    {"short_name",                      anything,                          maybe_in_every,        kept,      "S2"},
};

constexpr Field contact_fields[] = {
    {"name",                            text,                              always,                as_name,   "SCH S1 S2 S3"},
    {"email",                           text,                              always,                as_email,  "SCH S1 S2 S3"},
    {"phone",                           text,                              always,                as_phone,  "SCH S1 S2 S3"},
    {"phone_country",                   or_null(country),                  always,                kept,      "SCH S1 S2 S3"},
    {"normalized_phone",                phone,                             always,                as_phone,  "SCH DOC S1 S2 S3"},
    {"language",                        text,                              sometimes,             kept,      "SCH S1 S3"},
    {"is_subscribed_for_email_updates", boolean,                           always,                kept,      "SCH S1 S2 S3"},
};

constexpr Field customer_fields[] = {
    {"pk",                              pk,                                always,                kept,      "SCH DOC S1 S2 S3"},
    {"checkin_url",                     url,                               always,                as_link,   "SCH S1 S2 S3"},
    {"checkin_status",                  or_null(object(checkin_status)),   sometimes,             kept,      "SCH S1 S2 S3"},
    {"invoice_cost",                    or_null(object(cost)),             sometimes,             kept,      "SCH DOC C1 C3"},
    {"total_cost",                      or_null(object(cost)),             sometimes,             kept,      "SCH DOC C1 C3"},
    {"customer_type_rate",              object(customer_type_rate),        always,                kept,      "SCH S1 S2 S3"},
    {"custom_field_values",             list(custom_field_value),          always,                kept,      "SCH S1 S2 S3"},
};

constexpr Field checkin_status_fields[] = {
    {"pk",                              pk,                                always,                kept,      "SCH DOC"},
    {"name",                            text,                              always,                kept,      "SCH DOC"},
    {"type",                            text.one_of(checkin_types),        always,                kept,      "SCH DOC"},
    {"unicode",                         anything,                          sometimes,             as_text,   "S2"},
    {"is_hidden",                       anything,                          sometimes,             as_text,   "S2"},
    {"cls",                             anything,                          sometimes,             as_text,   "S2"},
    {"company",                         anything,                          sometimes,             as_text,   "S2"},
    {"uri",                             anything,                          sometimes,             as_text,   "S2"},
    {"sortable_index",                  anything,                          sometimes,             as_text,   "S2"},
};

constexpr Field cost_fields[] = {
    {"price",                           or_null(integer),                  sometimes,             kept,      "SCH C3"},
    {"tax",                             integer,                           sometimes,             kept,      "SCH DOC C1 C3"},
    {"taxable",                         integer,                           sometimes,             kept,      "SCH DOC C1 C3"},
    {"feeable",                         integer,                           sometimes,             kept,      "SCH DOC C1 C3"},
    {"total",                           integer,                           sometimes,             kept,      "SCH DOC C1 C3"},
    {"tax_by_type",                     object(tax_by_type),               sometimes,             kept,      "SCH C1 C3"},
};

constexpr Field customer_type_rate_fields[] = {
    {"pk",                              pk,                                always,                kept,      "SCH S1 S2 S3"},
    {"total",                           integer,                           in_full,               kept,      "SCH S1 S2 S3"},
    {"total_including_tax",             integer,                           maybe_in_full,         kept,      "SCH S1 S2 S3"},
    {"capacity",                        or_null(integer),                  in_full,               kept,      "SCH DOC"},
    {"minimum_party_size",              or_null(integer),                  in_full,               kept,      "SCH S1 S2 S3"},
    {"maximum_party_size",              or_null(integer),                  in_full,               kept,      "SCH S1 S2 S3"},
    {"customer_type",                   object(customer_type),             always,                kept,      "SCH S1 S2 S3"},
    {"customer_prototype",              object(customer_prototype),        always,                kept,      "SCH S1 S2 S3"},
    {"custom_field_instances",          list(custom_field_instance),       maybe_in_full,         kept,      "SCH S1 S2 S3"},
    {"is_exclusive",                    anything,                          maybe_in_full,         kept,      "DOC"},
};

constexpr Field customer_type_fields[] = {
    {"pk",                              pk,                                always,                kept,      "SCH S1 S2 S3"},
    {"singular",                        text,                              always,                kept,      "SCH S1 S2 S3"},
    {"plural",                          text,                              always,                kept,      "SCH S1 S2 S3"},
    {"note",                            text,                              maybe_in_full,         kept,      "SCH S1 S2 S3"},
};

constexpr Field customer_prototype_fields[] = {
    {"pk",                              pk,                                always,                kept,      "SCH S1 S2 S3"},
    {"display_name",                    text,                              always,                kept,      "SCH S1 S2 S3"},
    {"note",                            text,                              in_full,               kept,      "SCH S1 S2 S3"},
    {"total",                           integer,                           in_full,               kept,      "SCH S1 S2 S3"},
    {"total_including_tax",             integer,                           maybe_in_full,         kept,      "SCH S1 S2 S3"},
};

constexpr Field availability_fields[] = {
    {"pk",                              pk,                                always,                kept,      "SCH S1 S2 S3"},
    {"start_at",                        datetime,                          always,                kept,      "SCH S1 S2 S3"},
    {"end_at",                          datetime,                          always,                kept,      "SCH DOC S3"},
    {"item",                            object(availability_item),         always,                kept,      "SCH S1 S2 S3"},
    {"capacity",                        integer,                           in_full,               kept,      "SCH S1 S2 S3"},
    {"minimum_party_size",              or_null(integer),                  in_full,               kept,      "SCH S1 S2 S3"},
    {"maximum_party_size",              or_null(integer),                  in_full,               kept,      "SCH S1 S2 S3"},
    {"online_booking_status",           text.one_of(online_statuses),      in_full_with_payments, kept,      "SCH DOC"},
    {"headline",                        text,                              in_full,               kept,      "SCH S1 S3"},
    {"customer_type_rates",             list(customer_type_rate),          in_full,               kept,      "SCH S1 S2 S3"},
    {"custom_field_instances",          list(custom_field_instance),       in_full,               kept,      "SCH S1 S2 S3"},
    {"crew_members",                    anything,                          sometimes,             as_text,   "C1"},
};

constexpr Field custom_field_instance_fields[] = {
    {"pk",                              pk,                                always,                kept,      "SCH S1 S2 S3"},
    {"custom_field",                    object(custom_field),              always,                kept,      "SCH S1 S2 S3"},
};

constexpr Field custom_field_value_fields[] = {
    {"pk",                              pk,                                always,                kept,      "SCH S1 S2 S3"},
    {"custom_field",                    object(custom_field),              always,                kept,      "SCH S1 S2 S3"},
    {"name",                            text,                              always,                kept,      "SCH S1 S2 S3"},
    {"value",                           text.up_to(2048),                  always,                as_answer, "SCH S1 S2 S3"},
    {"display_value",                   text.up_to(2048),                  always,                as_answer, "SCH S1 S2 S3"},
    {"total_cost",                      anything,                          sometimes,             kept,      "C1"},
};

constexpr Field custom_field_fields[] = {
    {"pk",                              pk,                                always,                kept,      "SCH S1 S2 S3"},
    {"type",                            text.only(custom_field_types),     always,                kept,      "SCH S1 S2 S3"},
    {"name",                            text,                              always,                kept,      "SCH S1 S2 S3"},
    {"title",                           text,                              sometimes,             kept,      "SCH S1 S2 S3"},
    {"is_required",                     boolean,                           always,                kept,      "SCH S1 S2 S3"},
    {"description",                     text,                              always,                kept,      "SCH S1 S2 S3"},
    {"description_safe_html",           text,                              always,                kept,      "SCH S1 S2 S3"},
    {"booking_notes",                   text,                              always,                kept,      "SCH S1 S2 S3"},
    {"booking_notes_safe_html",         text,                              always,                kept,      "SCH S1 S2 S3"},
    {"modifier_kind",                   text.one_of(modifier_kinds),       sometimes,             kept,      "SCH DOC S1 S2"},
    {"modifier_type",                   text.one_of(modifier_types),       sometimes,             kept,      "SCH DOC S1 S2"},
    {"offset",                          integer,                           always,                kept,      "SCH S1 S2 S3"},
    {"percentage",                      percentage,                        sometimes,             kept,      "SCH DOC S1 S2"},
    {"is_always_per_customer",          boolean,                           sometimes,             kept,      "SCH S1 S2 S3"},
    {"is_taxable",                      boolean,                           sometimes,             kept,      "SCH S1 S2 S3"},
    {"extended_options",                list(extended_option),             maybe_in_full,         kept,      "SCH S1 S2 S3"},
    {"total",                           anything,                          sometimes,             kept,      "C1"},
    {"total_including_tax",             anything,                          sometimes,             kept,      "C1"},
};

constexpr Field extended_option_fields[] = {
    {"pk",                              pk,                                in_full,               kept,      "SCH S1 S2 S3"},
    {"name",                            text,                              in_full,               kept,      "SCH S1 S2 S3"},
    {"description",                     text,                              in_full,               kept,      "SCH S1 S2 S3"},
    {"description_safe_html",           text,                              in_full,               kept,      "SCH S1 S2 S3"},
    {"modifier_kind",                   text.one_of(modifier_kinds),       in_full,               kept,      "SCH S1 S2 S3"},
    {"modifier_type",                   text.one_of(modifier_types),       in_full,               kept,      "SCH S1 S2 S3"},
    {"offset",                          integer,                           in_full,               kept,      "SCH S1 S2 S3"},
    {"percentage",                      percentage,                        in_full,               kept,      "SCH S1 S2 S3"},
    {"is_always_per_customer",          boolean,                           in_full,               kept,      "SCH S1 S2 S3"},
    {"is_taxable",                      boolean,                           in_full,               kept,      "SCH S1 S2 S3"},
};

constexpr Field policy_fields[] = {
    {"type",                            text.one_of(policy_types),         always,                kept,      "SCH DOC S1 S2"},
    {"cutoff",                          or_null(datetime),                 always,                kept,      "SCH DOC S1 S2"},
};

constexpr Field pickup_fields[] = {
    {"time",                            datetime,                          always,                kept,      "SCH DOC"},
    {"name",                            text,                              always,                as_text,   "SCH DOC"},
    {"description",                     text,                              always,                as_text,   "SCH DOC"},
    {"description_safe_html",           text,                              always,                as_html,   "SCH DOC"},
    {"map_url",                         text,                              always,                as_link,   "SCH DOC"},
    {"display_text",                    text,                              always,                as_text,   "SCH DOC"},
};

constexpr Field arrival_fields[] = {
    {"time",                            datetime,                          always,                kept,      "SCH S4"},
    {"notes",                           text,                              always,                as_text,   "SCH S4"},
    {"notes_safe_html",                 text,                              always,                as_html,   "SCH S4"},
    {"display_text",                    text,                              always,                as_text,   "SCH S4"},
};

constexpr Field order_fields[] = {
    {"display_id",                      text,                              sometimes,             kept,      "SCH DOC S2"},
};

constexpr Field payment_fields[] = {
    {"pk",                              pk,                                with_payments,         kept,      "SEED SCH"},
    {"created_at",                      datetime.up_to(2048),              with_payments,         kept,      "SEED SCH"},
    {"type",                            text.one_of(payment_types).up_to(2048), with_payments,         kept,      "DOC SCH C1"},
    {"status",                          text.one_of(payment_statuses).up_to(2048), with_payments,         kept,      "DOC SEED SCH"},
    {"currency",                        currency.up_to(3),                 with_payments,         kept,      "SEED SCH"},
    {"initial_amount_paid",             or_null(amount),                   with_payments,         kept,      "SEED SCH"},
    {"initial_amount_paid_display",     or_null(display),                  with_payments,         kept,      "SEED SCH"},
    {"amount_paid",                     or_null(amount),                   with_payments,         kept,      "SEED SCH"},
    {"amount_paid_display",             or_null(display),                  with_payments,         kept,      "SEED SCH"},
    {"in_store_payment_type",           or_null(object(in_store_payment_type)), with_payments,         kept,      "DOC SCH"},
    {"refunds",                         list(refund),                      with_payments,         kept,      "SEED SCH"},
};

constexpr Field in_store_payment_type_fields[] = {
    {"pk",                              pk,                                with_payments,         kept,      "DOC SCH"},
    {"name",                            text.up_to(128),                   with_payments,         kept,      "DOC SCH"},
};

constexpr Field refund_fields[] = {
    {"pk",                              pk,                                with_payments,         kept,      "SEED SCH"},
    {"amount_refunded",                 or_null(amount),                   with_payments,         kept,      "SEED SCH"},
    {"amount_refunded_display",         or_null(display),                  with_payments,         kept,      "SEED SCH"},
    {"created_at",                      datetime.up_to(2048),              with_payments,         kept,      "SEED SCH"},
    {"is_cancelled",                    boolean,                           maybe_with_payments,   kept,      "DOC C1"},
};

constexpr Field named_fields[] = {
    {"pk",                              pk,                                always,                kept,      "SCH DOC S1"},
    {"name",                            text,                              always,                as_name,   "SCH DOC S1"},
};

constexpr Field availability_item_fields[] = {
    {"pk",                              pk,                                always,                kept,      "SCH DOC S1"},
    {"name",                            text,                              always,                kept,      "SCH DOC S1"},
    {"headline",                        anything,                          sometimes,             kept,      "C1 ES"},
    {"primary_location",                anything,                          sometimes,             as_text,   "C1"},
};

constexpr Field item_fields[] = {
    {"pk",                              pk,                                in_item,               kept,      "DOC SCH"},
    {"name",                            text,                              in_item,               kept,      "DOC SCH"},
    {"company",                         object(company),                   in_item,               kept,      "DOC SCH"},
    {"external_api_url",                url,                               in_item,               as_link,   "DOC SCH"},
    {"dashboard_url",                   url,                               in_item,               as_link,   "DOC SCH"},
};

// clang-format on

struct Object {
  ObjectKind kind;
  std::string_view name;
  std::span<const Field> fields;
  TypeSet open;  ///< the payload types in which further keys are expected: see is_open()
};

constexpr TypeSet nowhere = 0;
constexpr Object objects[] = {
    {envelope, "the payload", envelope_fields, nowhere},
    {booking, "booking", booking_fields, nowhere},
    {company, "company", company_fields, item_only},
    {contact, "contact", contact_fields, nowhere},
    {customer, "customer", customer_fields, nowhere},
    {checkin_status, "checkin_status", checkin_status_fields, nowhere},
    {cost, "cost", cost_fields, everywhere},
    {tax_by_type, "tax_by_type", {}, everywhere},
    {customer_type_rate, "customer_type_rate", customer_type_rate_fields, nowhere},
    {customer_type, "customer_type", customer_type_fields, nowhere},
    {customer_prototype, "customer_prototype", customer_prototype_fields, nowhere},
    {availability, "availability", availability_fields, nowhere},
    {availability_item, "availability.item", availability_item_fields, nowhere},
    {custom_field_instance, "custom_field_instance", custom_field_instance_fields, nowhere},
    {custom_field_value, "custom_field_value", custom_field_value_fields, nowhere},
    {custom_field, "custom_field", custom_field_fields, nowhere},
    {extended_option, "extended_option", extended_option_fields, nowhere},
    {policy, "effective_cancellation_policy", policy_fields, nowhere},
    {pickup, "pickup", pickup_fields, nowhere},
    {arrival, "arrival", arrival_fields, nowhere},
    {agent, "agent", named_fields, nowhere},
    {desk, "desk", named_fields, nowhere},
    {order, "order", order_fields, everywhere},
    {payment, "payment", payment_fields, nowhere},
    {in_store_payment_type, "in_store_payment_type", in_store_payment_type_fields, everywhere},
    {refund, "refund", refund_fields, nowhere},
    {item, "item", item_fields, everywhere},
};
static_assert(std::size(objects) == object_kind_count);

constexpr bool is_in_order() {
  for (size_t index = 0; index < std::size(objects); ++index)
    if (static_cast<size_t>(objects[index].kind) != index || objects[index].fields.size() > max_fields)
      return false;
  return true;
}
static_assert(is_in_order());

}  // namespace

std::string_view to_string(ObjectKind kind) { return objects[static_cast<size_t>(kind)].name; }

std::span<const Field> fields_of(ObjectKind kind) { return objects[static_cast<size_t>(kind)].fields; }

bool is_open(ObjectKind kind, PayloadType type) {
  return (objects[static_cast<size_t>(kind)].open & set_of(type)) != 0;
}

}  // namespace farehook
