#pragma once

#include "booking/payload_type.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// What is known of a field that FareHarbor sends.

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

}  // namespace farehook
