#pragma once

#include "booking/payload_type.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// The words in which the table of what FareHarbor sends is written (schema.cpp).

namespace farehook {

/// The objects that a payload is made of. An envelope is the payload itself.
enum class ObjectKind : uint8_t {
  envelope,
  booking,
  company,
  contact,
  customer,
  checkin_status,
  cost,
  tax_by_type,
  customer_type_rate,
  customer_type,
  customer_prototype,
  availability,
  availability_item,
  custom_field_instance,
  custom_field_value,
  custom_field,
  extended_option,
  policy,
  pickup,
  arrival,
  agent,
  desk,
  order,
  payment,
  in_store_payment_type,
  refund,
  item
};
inline constexpr size_t object_kind_count = 27;

enum class ValueType : uint8_t { string, integer, number, boolean, object, array, anything };

/// What a value of the right type is to look like. Not a matter of types: a rule of its own checks each.
enum class Form : uint8_t {
  any,
  pk,
  uuid,
  datetime,
  amount,
  display,
  currency,
  url,
  country,
  phone,
  percentage
};

struct Value {
  ValueType type;
  ObjectKind of = ObjectKind::envelope;  ///< the object, or each element of the array
  Form form = Form::any;
  std::span<const std::string_view> values = {};  ///< the known ones; empty: any
  bool is_enum = false;                           ///< FareHarbor's schema allows no others
  size_t max_length = 0;                          ///< in characters; 0: no limit
  bool is_nullable = false;

  /// FareHarbor documents these, and may add others.
  constexpr Value one_of(std::span<const std::string_view> all) const {
    Value value = *this;
    value.values = all;
    return value;
  }
  /// FareHarbor's schema allows no others than these.
  constexpr Value only(std::span<const std::string_view> all) const {
    Value value = one_of(all);
    value.is_enum = true;
    return value;
  }
  constexpr Value up_to(size_t characters) const {
    Value value = *this;
    value.max_length = characters;
    return value;
  }
};

/// The payload types in which a field must be there, and those in which it may be.
struct Presence {
  TypeSet required, known;
};

/// What stands for a field's value where private data is redacted. Private is whatever is not known to be
/// harmless.
enum class Privacy : uint8_t {
  text,  ///< any text; and all strings and numbers of what is not documented
  html,  ///< the field of this name without _safe_html, as HTML
  name,  ///< a person's or a place's
  email,
  phone,
  uuid,    ///< of a booking: it opens the booking's page
  link,    ///< a URL, in which some parts are private
  answer,  ///< to a custom field: as private as the question
  kept     ///< not private: it stays as it is
};

struct Field {
  std::string_view name;
  Value value;
  Presence presence;
  Privacy privacy;
  std::string_view source;  ///< where the fact is from, as sources() explains

  /// Seen in real bookings, but in none of FareHarbor's schemas: it may hold anything.
  constexpr bool is_undocumented() const { return value.type == ValueType::anything; }
};

namespace field_words {

using enum ObjectKind;

inline constexpr TypeSet full = set_of(PayloadType::bookings) | set_of(PayloadType::bookings_with_payments);
inline constexpr TypeSet optimized =
    set_of(PayloadType::bookings_optimized) | set_of(PayloadType::bookings_optimized_with_payments);
inline constexpr TypeSet paid =
    set_of(PayloadType::bookings_with_payments) | set_of(PayloadType::bookings_optimized_with_payments);
inline constexpr TypeSet all_bookings = full | optimized;
inline constexpr TypeSet item_only = set_of(PayloadType::item), everywhere = all_bookings | item_only;

/// In all four types with a booking; what stands in an item, too, says so.
inline constexpr Presence always{all_bookings, all_bookings}, sometimes{0, all_bookings};
inline constexpr Presence in_full{full, full}, maybe_in_full{0, full},
    in_full_with_payments{full & paid, full};
inline constexpr Presence with_payments{paid, paid}, maybe_with_payments{0, paid};
inline constexpr Presence in_item{item_only, item_only};
inline constexpr Presence in_every{everywhere, everywhere}, maybe_in_every{0, everywhere};

inline constexpr Privacy kept = Privacy::kept, as_text = Privacy::text, as_html = Privacy::html,
                         as_name = Privacy::name, as_email = Privacy::email, as_phone = Privacy::phone,
                         as_uuid = Privacy::uuid, as_link = Privacy::link, as_answer = Privacy::answer;

inline constexpr Value text{ValueType::string}, boolean{ValueType::boolean}, integer{ValueType::integer};
inline constexpr Value anything{ValueType::anything};
constexpr Value object(ObjectKind kind) { return {ValueType::object, kind}; }
constexpr Value list(ObjectKind kind) { return {ValueType::array, kind}; }
constexpr Value with_form(ValueType type, Form form) { return {type, envelope, form}; }
inline constexpr Value pk = with_form(ValueType::integer, Form::pk);
inline constexpr Value amount = with_form(ValueType::integer, Form::amount);
inline constexpr Value percentage = with_form(ValueType::number, Form::percentage);
inline constexpr Value uuid = with_form(ValueType::string, Form::uuid);
inline constexpr Value datetime = with_form(ValueType::string, Form::datetime);
inline constexpr Value display = with_form(ValueType::string, Form::display);
inline constexpr Value currency = with_form(ValueType::string, Form::currency);
inline constexpr Value url = with_form(ValueType::string, Form::url);
inline constexpr Value country = with_form(ValueType::string, Form::country);
inline constexpr Value phone = with_form(ValueType::string, Form::phone);

constexpr Value or_null(Value value) {
  value.is_nullable = true;
  return value;
}

}  // namespace field_words

}  // namespace farehook
