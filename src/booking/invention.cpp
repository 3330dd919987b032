#include "booking/invention.hpp"

#include <chrono>
#include <cstdio>

namespace farehook {

namespace {

constexpr Operator operators[] = {
    {"pellwickcovekayak", "Pellwick Cove Kayak Tours", "usd", "-0700", "en-us", "US", "+1360555",
     "Lantern Point Sea Cave Paddle", "Morning launch, low tide", "Adult", "Child", 40113, 8900, 6400, 8,
     false, true},
    {"hollowreefoutriggers", "Hollow Reef Outriggers", "usd", "-1000", "en-us", "US", "+1808555",
     "Twilight Lagoon Sail", "", "Guest", "Keiki", 40227, 12900, 9900, 4, false, true},
    {"bahiaclaranautica", "Bah\u00eda Clara N\u00e1utica", "eur", "+0200", "es-es", "ES", "+3460000",
     "Paseo en llaut al atardecer", "Salida con marea alta", "Adulto", "Ni\u00f1o", 40391, 5500, 3250, 10,
     true, true},
    {"wattlegumbalaena", "Wattlegum & Balaena Whale Watch", "aud", "+1000", "en-au", "AU", "+6149157",
     "Half-day whale watch", "North channel", "Adult", "Concession", 40418, 11500, 7800, 10, false, true},
    {"suzunamifune", "\u9234\u6ce2\u821f\u904a\u3073", "jpy", "+0900", "ja", "JP", "+8190000",
     "\u6e7e\u5185\u3081\u3050\u308a", "", "\u5927\u4eba", "\u5c0f\u4eba", 40502, 6000, 3000, 10, false,
     false},
};
constexpr std::string_view first_names[] = {"In\u00e8s", "Barnabas", "Tavita", "Odalys",  "Runa",   "Emeka",
                                            "Saoirse",   "Matteus",  "Yuki",   "Leilani", "Anneke", "Zoltan"};
constexpr std::string_view last_names[] = {"Vallombreux", "Quillon", "Fennimore",   "Ostrander",
                                           "Kesterwood",  "Abernow", "Mirabeau",    "Tanakuma",
                                           "Halvorsby",   "Okonjor", "Pellegrinix", "Wexcombe"};
constexpr std::string_view mail_names[] = {"tide", "harbor", "gull", "lantern",
                                           "reef", "anchor", "kelp", "dune"};
constexpr std::string_view notes[] = {"", "", "Celebrating a birthday \U0001f382",
                                      "Would like the **front** seats",
                                      "Arrives by bus; may be 5 minutes late"};

std::string digits(Dice& dice, size_t count) {
  std::string text;
  while (text.size() < count) text += static_cast<char>('0' + dice.from(0, 9));
  return text;
}

}  // namespace

std::string Dice::uuid() {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string text = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  for (char& c : text) {
    if (c == 'x') c = hex[static_cast<size_t>(from(0, 15))];
    if (c == 'y') c = hex[static_cast<size_t>(from(8, 11))];
  }
  return text;
}

int64_t Payment::amount_paid() const {
  int64_t left = initial;
  for (const Refund& refund : refunds) left -= refund.amount;
  return left;
}

int64_t Invention::subtotal() const {
  int64_t sum = 0;
  for (const Customer& customer : customers)
    sum += customer.is_child ? company->child_total : company->adult_total;
  return sum;
}

int64_t Invention::taxes() const {
  int64_t sum = 0;
  for (const Customer& customer : customers)
    sum += (customer.is_child ? company->child_total : company->adult_total) * company->tax_percent / 100;
  return sum;
}

int64_t Invention::amount_paid() const {
  int64_t sum = 0;
  for (const Payment& payment : payments) sum += payment.amount_paid();
  return sum;
}

std::string local_time(const Invention& booking, int day, int hour, int minute) {
  using namespace std::chrono;
  const year_month_day date = sys_days{2027y / March / 1} + days{day};
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:00%s", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), hour, minute,
                std::string(booking.company->offset).c_str());
  return text;
}

Invention invent(Dice& dice) {
  Invention booking;
  booking.company = &dice.any_of(operators);
  booking.pk = dice.from(350'000'000, 389'999'999);
  booking.uuid = dice.uuid();
  booking.contact_pk = dice.from(60'000'000, 69'999'999);
  booking.availability_pk = dice.from(2'100'000'000, 2'139'999'999);
  booking.item_pk = booking.company->company_pk * 10 + 7;
  booking.name = std::string(dice.any_of(first_names)) + " " + std::string(dice.any_of(last_names));
  booking.email = std::string(dice.any_of(mail_names)) + "." + digits(dice, 4) + "@example.com";
  booking.normalized_phone = std::string(booking.company->phone) + "01" + digits(dice, 2);
  booking.phone = booking.normalized_phone;
  booking.language = booking.company->language;
  booking.note = dice.any_of(notes);
  booking.answer = dice.one_in(3) ? "" : "Met on the pier";
  booking.day = static_cast<int>(dice.from(10, 200));
  booking.hour = static_cast<int>(dice.from(7, 17));
  booking.capacity = dice.from(0, 14);
  booking.is_from_affiliate = dice.one_in(5);
  const int64_t count = dice.from(1, 6);
  for (int64_t number = 0; number < count; ++number)
    booking.customers.push_back({dice.from(1'040'000'000, 1'059'999'999), "k" + digits(dice, 4),
                                 number > 0 && dice.one_in(3), dice.from(0, 2)});
  const int64_t paid = dice.one_in(3) ? booking.total() / 5 : booking.total();
  booking.payments.push_back({dice.from(70'000'000, 79'999'999),
                              paid,
                              booking.is_from_affiliate ? "affiliate" : "card",
                              local_time(booking, booking.day - 9, 11, 4),
                              {}});
  return booking;
}

}  // namespace farehook
