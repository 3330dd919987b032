#include "booking/source.hpp"

namespace farehook {

namespace {

constexpr Source all_sources[] = {
    {"SEED", "FareHarbor's webhook documentation of July 2020"},
    {"DOC", "FareHarbor's developer documentation, as of April 2024"},
    {"SCH", "FareHarbor's JSON Schemas of its webhooks (2023)"},
    {"S1", "a real webhook body, bookings only"},
    {"S2", "a real webhook body of 2021, and what its receiver found in 3,200 of them"},
    {"S3", "a booking as FareHarbor's External API gives it (2022)"},
    {"S4", "bookings as FareHarbor's External API gave them in 2016"},
    {"C1", "an operator's field reference, from real bookings with payments (2026)"},
    {"C2", "a tour operator's webhook server (2025)"},
    {"C3", "a CRM vendor's webhook receiver"},
    {"ES", "an operator's webhook fixtures"},
};

}  // namespace

std::span<const Source> sources() { return all_sources; }

}  // namespace farehook
