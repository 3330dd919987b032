#include "booking/value_form.hpp"

#include <doctest/doctest.h>

using namespace farehook;

namespace {

struct Example {
  Form form;
  const char* text;
  bool fits;
};

}  // namespace

TEST_CASE("values are of the form in which FareHarbor writes them, or not") {
  constexpr Example examples[] = {
      {Form::datetime, "2027-03-14T09:30:00-1000", true},
      {Form::datetime, "2028-02-29T00:00:00+0000", true},
      {Form::datetime, "2027-02-29T00:00:00+0000", false},
      {Form::datetime, "2027-03-14T24:00:00-1000", false},
      {Form::datetime, "2027-03-14T09:30:00-10:00", false},
      {Form::datetime, "2027-03-14T09:30:00Z", false},
      {Form::datetime, "2027-03-14T09:30:00.5-1000", false},
      {Form::datetime, "2027-03-14T09:30:00", false},
      {Form::datetime, "2027-03-14 09:30:00-1000", false},
      {Form::datetime, "2027-03-14T09:30:00-9900", false},
      {Form::datetime, "", false},
      {Form::uuid, "3c6ea1b0-7d54-4f0e-9a51-0d6b8a2f4c77", true},
      {Form::uuid, "3C6ea1b0-7d54-4f0e-9a51-0d6b8a2f4c77", false},
      {Form::uuid, "3c6ea1b07d544f0e9a510d6b8a2f4c77", false},
      {Form::uuid, "", false},
      {Form::currency, "usd", true},
      {Form::currency, "USD", false},
      {Form::currency, "us", false},
      {Form::url, "https://example.com/a?b=c", true},
      {Form::url, "https://", false},
      {Form::url, "/embeds/book", false},
      {Form::url, "https://example.com/a b", false},
      {Form::country, "US", true},
      {Form::country, "", true},
      {Form::country, "usa", false},
      {Form::phone, "+15550100199", true},
      {Form::phone, "", true},
      {Form::phone, "15550100199", false},
      {Form::phone, "+1 555 0100199", false},
      {Form::pk, "1", true},
      {Form::pk, "8990000000", true},
      {Form::pk, "0", false},
      {Form::pk, "-5", false},
      {Form::pk, "5e0", true},
      {Form::pk, "0e5", false},
      {Form::pk, "0.0E5", false},
      {Form::percentage, "-100", true},
      {Form::percentage, "0.0", true},
      {Form::percentage, "100.5", false},
      {Form::percentage, "1e400", false},
      {Form::any, "whatever", true},
  };
  for (const Example& each : examples) {
    CAPTURE(each.text);
    CHECK(!check_form(each.form, each.text).has_value() == each.fits);
  }
}

TEST_CASE("what to write instead of a time is told") {
  CHECK(check_form(Form::datetime, "2027-03-14T09:30:00-10:00")->remedy == "Write 2027-03-14T09:30:00-1000.");
}
