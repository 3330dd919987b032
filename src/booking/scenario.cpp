#include "booking/scenario.hpp"

#include <algorithm>
#include <iterator>

namespace farehook {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view names[scenario_count] = {"created",   "updated", "contact", "rebooked",
                                                    "cancelled", "checkin", "order",   "lifecycle",
                                                    "item",      "mixed"};

/// Tells a booking's story step by step.
class Teller {
 public:
  explicit Teller(uint64_t seed) : dice_(seed), booking_(invent(dice_)) {}

  std::vector<ScenarioStep> tell(Scenario scenario) {
    switch (scenario) {
      case Scenario::item:
        add("an item is changed", Event::item_updated, 0min);
        break;
      case Scenario::order:
        order();
        break;
      case Scenario::created:
        create();
        break;
      case Scenario::updated:
        create();
        pay_balance();
        write_note();
        change_answer();
        move_capacity();
        break;
      case Scenario::contact:
        create();
        change_contact();
        break;
      case Scenario::rebooked:
        create();
        rebook();
        if (dice_.one_in(3)) rebook();
        break;
      case Scenario::cancelled:
        create();
        cancel();
        break;
      case Scenario::checkin:
        create();
        check_in();
        break;
      case Scenario::lifecycle:
        lifecycle();
        break;
      case Scenario::mixed:
        return tell(season());
    }
    return std::move(steps_);
  }

 private:
  void add(std::string_view what, Event event, std::chrono::minutes after) {
    steps_.push_back({what, event, after, booking_});
  }
  std::chrono::minutes some_time() { return std::chrono::minutes{dice_.from(2, 2880)}; }
  std::string today(int minute) { return local_time(booking_, booking_.day - 5, 12, minute); }

  void create() { add("a customer books", Event::booking_created, 0min); }

  void write_note() {
    booking_.note = "Asked by phone for a **later** return";
    add("a note is added", Event::booking_updated, some_time());
  }

  void change_answer() {
    booking_.answer = "Picked up at the lighthouse";
    add("the answer to a question is changed", Event::booking_updated, some_time());
  }

  void pay_balance() {
    const int64_t due = booking_.total() - booking_.amount_paid();
    if (due <= 0) return;
    booking_.payments.push_back({booking_.payments.back().pk + 311, due, "in-store", today(20), {}});
    add("the balance is paid", Event::booking_updated, some_time());
  }

  void change_contact() {
    booking_.email = "new." + booking_.email;
    add("the contact's e-mail is changed", Event::booking_contact_updated, some_time());
  }

  /// Nearly the same body: somebody else has booked.
  void move_capacity() {
    booking_.capacity = booking_.capacity == 0 ? 3 : booking_.capacity - 1;
    add("seats are taken by others: nearly the same body", Event::booking_repeated, some_time());
  }

  void check_in() {
    booking_.is_eligible_for_cancellation = false;
    for (Customer& customer : booking_.customers)
      customer.checkin = dice_.one_in(6) ? Customer::Checkin::no_show : Customer::Checkin::checked_in;
    add("the party checks in", Event::booking_updated, some_time());
  }

  /// Two webhooks: the old half says where it went, the new one where it is from. Customers get new ids.
  void rebook() {
    Invention renewed = booking_;
    renewed.pk += dice_.from(1000, 999'999);
    renewed.uuid = dice_.uuid();
    renewed.rebooked_from = booking_.uuid;
    renewed.availability_pk += 17;
    renewed.day += 3;
    for (Customer& customer : renewed.customers) customer.pk += 1'000'003;
    booking_.status = "rebooked";
    booking_.rebooked_to = renewed.uuid;
    booking_.is_eligible_for_cancellation = false;
    add("the booking moves to another day: its old half", Event::booking_rebooked, some_time());
    booking_ = std::move(renewed);
    add("and its new half", Event::booking_rebooked, 0min);
  }

  void cancel() {
    booking_.status = "cancelled";
    booking_.is_eligible_for_cancellation = false;
    Payment& payment = booking_.payments.front();
    const int64_t refund = dice_.one_in(2) ? payment.initial : payment.initial / 2;
    if (refund > 0) payment.refunds.push_back({payment.pk + 77, refund, today(40)});
    add("the booking is cancelled, and refunded", Event::booking_cancelled, some_time());
  }

  /// Several bookings in one order come as webhooks of their own, close together.
  void order() {
    std::string code;
    while (code.size() < 4) code += static_cast<char>('A' + dice_.from(0, 25));
    const std::string email = booking_.email, name = booking_.name;
    for (int64_t count = dice_.from(2, 4); count > 0; --count) {
      const Operator* const company = booking_.company;
      booking_.order = code;
      booking_.email = email;
      booking_.name = name;
      create();
      do booking_ = invent(dice_);
      while (booking_.company != company);
    }
  }

  void lifecycle() {
    create();
    pay_balance();
    write_note();
    if (dice_.one_in(2)) change_contact();
    if (dice_.one_in(3)) move_capacity();
    rebook();
    cancel();
  }

  Scenario season() {
    constexpr Scenario often[] = {Scenario::created,   Scenario::created,  Scenario::updated,
                                  Scenario::checkin,   Scenario::checkin,  Scenario::contact,
                                  Scenario::cancelled, Scenario::rebooked, Scenario::order,
                                  Scenario::lifecycle, Scenario::item};
    return dice_.any_of(often);
  }

  Dice dice_;
  Invention booking_;
  std::vector<ScenarioStep> steps_;
};

}  // namespace

std::string_view to_string(Scenario scenario) { return names[static_cast<size_t>(scenario)]; }

std::optional<Scenario> scenario_named(std::string_view name) {
  const auto* const found = std::ranges::find(names, name);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<Scenario>(found - std::begin(names));
}

std::vector<std::string_view> scenario_names() { return {std::begin(names), std::end(names)}; }

std::vector<ScenarioStep> story(Scenario scenario, uint64_t seed) { return Teller(seed).tell(scenario); }

}  // namespace farehook
