#include "delivery/query.hpp"

#include <doctest/doctest.h>

using namespace farehook;

namespace {

std::string names_and_values(std::string_view query) {
  std::string shown;
  for (const QueryParameter& each : parameters_of(query))
    shown.append(each.name()).append(each.has_value() ? "=" : "-").append(each.value()) += ' ';
  return shown;
}

}  // namespace

TEST_CASE("a query is taken apart as it stands there") {
  CHECK(names_and_values("") == "");
  CHECK(names_and_values("a=1&b") == "a=1 b- ");
  CHECK(names_and_values("a=1=2&=3&&%26=%3D") == "a=1=2 =3 - %26=%3D ");
  CHECK(names_and_values("a=") == "a= ");
  CHECK(names_and_values("a&") == "a- - ");
}

TEST_CASE("nothing that could be a secret is left of a query but names") {
  CHECK(without_values("") == "");
  CHECK(without_values("key=S&b") == "key=[redacted]&[redacted]");
  CHECK(without_values("c=&&d=1=2&") == "c=[redacted]&&d=[redacted]&");
}

TEST_CASE("what is percent-encoded is decoded, and nothing else") {
  CHECK(percent_decoded("a%2fb%2Fc+d") == "a/b/c+d");
  CHECK(percent_decoded("%41%4") == "A%4");
  CHECK(percent_decoded("%%41%g1%") == "%A%g1%");
  CHECK(percent_decoded("%2541") == "%41");
  CHECK(percent_decoded("%00").size() == 1);
}

TEST_CASE("a percent sign that begins no escape is told") {
  CHECK(is_percent_encoded(""));
  CHECK(is_percent_encoded("a%2fb%2F"));
  CHECK_FALSE(is_percent_encoded("%"));
  CHECK_FALSE(is_percent_encoded("%4"));
  CHECK_FALSE(is_percent_encoded("%41%4g"));
  CHECK_FALSE(is_percent_encoded("%%41"));
}
