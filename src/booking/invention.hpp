#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

// Bookings that nobody has made, at operators that there are not: what a scenario changes step by step. The
// same seed gives the same ones, everywhere. Amounts are in the currency's smallest unit.

namespace farehook {

/// Numbers from a seed. The standard library's distributions differ from one to the next; these do not.
class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}

  /// From `least` to `most`, both included.
  int64_t from(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(engine_() % static_cast<uint64_t>(most - least + 1));
  }
  bool one_in(int64_t count) { return from(1, count) == 1; }
  template <class Choices>
  const auto& any_of(const Choices& choices) {
    return choices[static_cast<size_t>(from(0, static_cast<int64_t>(std::size(choices)) - 1))];
  }
  std::string uuid();

 private:
  std::mt19937_64 engine_;
};

/// An operator, its tour and its prices.
struct Operator {
  std::string_view shortname, name, currency, offset, language, country;
  std::string_view phone;  ///< how its customers' numbers begin
  std::string_view item, headline, adult, child;
  int64_t company_pk, adult_total, child_total, tax_percent;
  bool has_decimal_comma, has_minor_unit;
};

struct Payment {
  struct Refund {
    int64_t pk, amount;
    std::string created_at;
  };
  int64_t pk, initial;
  std::string_view type;
  std::string created_at;
  std::vector<Refund> refunds;

  int64_t amount_paid() const;
};

struct Customer {
  enum class Checkin { none, checked_in, no_show };
  int64_t pk;
  std::string code;  ///< of the check-in URL
  bool is_child;
  int64_t bags;  ///< the answer to the one question that each is asked
  Checkin checkin = Checkin::none;
};

struct Invention {
  const Operator* company = nullptr;
  int64_t pk = 0, contact_pk = 0, availability_pk = 0, item_pk = 0;
  std::string uuid;
  std::string_view status = "booked";
  std::optional<std::string> rebooked_from, rebooked_to, order;
  std::string name, email, phone, normalized_phone;
  std::string note, answer;
  int day = 0;  ///< of the tour, counted from 2027-03-01
  int hour = 9;
  int64_t capacity = 0;
  bool is_eligible_for_cancellation = true;
  bool is_from_affiliate = false;
  std::string_view language;
  std::vector<Customer> customers;
  std::vector<Payment> payments;

  int64_t subtotal() const;
  int64_t taxes() const;
  int64_t total() const { return subtotal() + taxes(); }
  int64_t amount_paid() const;
};

/// A new booking of one to six customers, with a deposit or all of it paid.
Invention invent(Dice& dice);

/// A time of the operator's: so many days after 2027-03-01, in FareHarbor's form.
std::string local_time(const Invention& booking, int day, int hour, int minute);

}  // namespace farehook
