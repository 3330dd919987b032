#pragma once

#include "booking/field.hpp"

// The words in which the table of what FareHarbor sends is written (schema.cpp).

namespace farehook {

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
