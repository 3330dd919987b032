#include "booking/scenario.hpp"

#include "booking/life.hpp"

namespace farehook {

std::vector<ScenarioStep> booking_life() {
  return {
      {"a customer books and pays a deposit", life::created},
      {"the balance is paid, a note is added", life::updated},
      {"the booking moves to another day: its old half", life::rebooked_from},
      {"and its new half", life::rebooked_to},
      {"the new booking is cancelled, a part refunded", life::cancelled},
  };
}

}  // namespace farehook
