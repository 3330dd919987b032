#include "booking/rules.hpp"

#include <algorithm>
#include <iterator>

namespace farehook {

namespace {

using enum Severity;

constexpr Rule all_rules[] = {
    // The text: is it JSON?
    {"empty", error, "There is something to read",
     "A webhook has a body. An empty file is often the trace of a download or a redirection that failed.",
     "RFC 8259, 2"},
    {"utf-16", error, "The text is UTF-8",
     "JSON is exchanged in UTF-8. Windows PowerShell writes UTF-16 where output is redirected to a file.",
     "RFC 8259, 8.1"},
    {"compressed", error, "The text is not compressed", "The bytes begin as those of a gzip file do.",
     "RFC 1952, 2.3.1"},
    {"html", error, "The text is not a page",
     "A page saved as .json is mostly the error page of a server or proxy.", "RFC 8259, 2"},
    {"form-encoded", error, "The text is not a web form",
     "FareHarbor posts JSON. A form is what curl sends with -d and no --data-binary, or another sender.",
     "RFC 8259, 2"},
    {"not-utf8", error, "Every byte is part of a UTF-8 character",
     "Texts in ISO 8859-1 or Windows-1252 have single bytes where UTF-8 has two or three.", "RFC 8259, 8.1"},
    {"byte-order-mark", warning, "The text does not begin with a byte order mark",
     "Some readers of JSON refuse it, and no sender may add it.", "RFC 8259, 8.1"},
    {"literal", error, "true, false and null are lower-case words",
     "Python writes True, False and None; the example in FareHarbor's own documentation had a False in it "
     "until 2022.",
     "RFC 8259, 3; SEED"},
    {"not-a-number", error, "Every number is finite",
     "JSON has no NaN and no Infinity. Python's json.dumps writes them nevertheless.", "RFC 8259, 6"},
    {"number-form", error, "Numbers are written as JSON has them",
     "No plus sign, no leading zero, no hexadecimal; digits on both sides of a point.", "RFC 8259, 6"},
    {"ellipsis", error, "Nothing is left out",
     "Examples in documents shorten with three dots; a payload has everything.", "RFC 8259, 2; SEED"},
    {"quotes", error, "Keys and strings stand in straight double quotes",
     "Python and JavaScript allow single quotes, word processors make curly ones; JSON has neither.",
     "RFC 8259, 7"},
    {"unquoted-key", error, "Every key stands in quotes", "JavaScript allows plain names; JSON does not.",
     "RFC 8259, 4"},
    {"trailing-comma", error, "No comma follows the last element",
     "Python and JavaScript allow it; JSON does not.", "RFC 8259, 4"},
    {"missing-comma", error, "A comma stands between two elements",
     "It is lost easily where lines are moved about by hand.", "RFC 8259, 4"},
    {"comment", error, "There are no comments", "JSON has none.", "RFC 8259, 2"},
    {"escape", error, "Escapes are those of JSON",
     "After a backslash: one of \" \\ / b f n r t, or u and four hexadecimal digits, in pairs for characters "
     "beyond U+FFFF.",
     "RFC 8259, 7"},
    {"control-character", error, "Line breaks and tabs inside strings are escaped",
     "A raw line break inside a string is often the work of an editor or terminal that wrapped a long line.",
     "RFC 8259, 7"},
    {"cut-off", error, "The text is whole",
     "It ends before the last bracket is closed, as a download that broke off or a copied part does.",
     "RFC 8259, 2"},
    {"two-documents", error, "A file holds one payload",
     "Several, one a line, go into a file named .jsonl (JSON Lines).", "RFC 8259, 2"},
    {"beyond-limits", error, "A payload has up to 120 levels and 1,000,000 values",
     "FareHarbor's bodies nest 8 deep, and one with 30 customers has 5,000 values. Readers such as jq 1.6 "
     "stop at 127 objects in each other.",
     "RFC 8259, 9"},
    {"syntax", error, "The text is JSON", "See the grammar of RFC 8259.", "RFC 8259, 2"},
    {"duplicate-key", warning, "An object has each key once",
     "Readers differ in which one they take; most take the last.", "RFC 8259, 4"},
    // The types: is it what FareHarbor sends?
    {"not-a-payload", error, "The payload is an object with a booking, or with an item",
     "FareHarbor wraps a booking as {\"booking\": {...}} and adds no event name, no id and no signature.",
     "SCH S1 S2"},
    {"missing-identity", error, "uuid, pk and status are there, and the booking or item itself",
     "The uuid says which booking it is, the status whether it stands. A receiver can do nothing without "
     "them.",
     "SCH DOC"},
    {"missing", warning, "Every key that FareHarbor always sends is there",
     "Readers rely on them. Bodies of 2021 and before lack some that came later, such as headline.", "SCH"},
    {"type", error, "Every value is of the type that FareHarbor sends",
     "Ids, counts and amounts are integers, yes and no are booleans, a custom field's value is always a "
     "string.",
     "SCH"},
    {"null", warning, "Only what FareHarbor sends as null is null",
     "Amounts are null where the API user may not see them; texts that are not set are \"\".", "SCH"},
    {"enum", warning, "status and custom field types are those of FareHarbor's schema",
     "status is booked, cancelled or rebooked.", "SCH"},
    {"too-long", warning, "Texts keep to the lengths of FareHarbor's schema",
     "An answer has up to 2,048 characters.", "SCH"},
    {"unknown-key", note, "Every key is known",
     "FareHarbor adds keys without notice, so that a receiver should let them pass; in a payload written by "
     "hand it may be a slip.",
     "SCH"},
    {"undocumented-key", note, "Every key is documented",
     "Seen in real bookings, but in none of FareHarbor's documents: do not rely on it.", "C1 C2 S2"},
    // The values: does it look as FareHarbor writes it?
    {"undocumented-value", warning, "Types and states are among the documented ones",
     "FareHarbor may add one; a receiver needs a default.", "DOC C1"},
    {"positive-pk", warning, "A pk is positive", "Every id seen is. They exceed 32 bits.", "S1 S2 S3"},
    {"uuid-form", warning, "A uuid is in lower-case canonical form",
     "8-4-4-4-12 hexadecimal digits, version 4 in every sample.", "SCH S1 S2 S3"},
    {"datetime-form", warning, "A time is YYYY-MM-DDTHH:MM:SS and an offset such as -1000",
     "FareHarbor writes the offset without a colon, never Z, never fractions. Code that was tried with "
     "another form only may fail on the real one.",
     "DOC S1 S2 S3"},
    {"currency-form", warning, "A currency is three lower-case letters", "ISO 4217, as usd.", "DOC S1 S2 S3"},
    {"url-form", warning, "A URL is absolute", "All of FareHarbor's begin with https://.", "SCH S1 S2 S3"},
    {"country-form", warning, "A phone's country is two upper-case letters, or \"\"",
     "ISO 3166-1 alpha-2, as US.", "SCH S1 S2 S3"},
    {"phone-form", warning, "A normalized phone number is a plus sign and digits, or \"\"",
     "E.164. One real body had the digits without the plus sign.", "DOC S2 S3"},
    {"percentage-range", warning, "A percentage is between -100 and 100",
     "The documented range; it may be written 0, 0.0 or -5.0.", "DOC"},
    // The sense: does it agree with itself?
    {"amount-display", warning, "An amount and its display are the same",
     "Amounts are whole numbers of the smallest unit (cents); the display is the same in the company's "
     "notation: 3182 and \"31.82\". Both are null, or none.",
     "SCH S1 S2 S3"},
    {"receipt-total", warning, "receipt_total is receipt_subtotal and receipt_taxes",
     "True of every real sample; not documented.", "S1 S2 S3 S4"},
    {"payment-refunds", warning, "A payment's amount_paid is its initial_amount_paid less its refunds",
     "True of FareHarbor's example: 2154 - 215 = 1939. Whether a refund with is_cancelled counts is not "
     "known: both are taken.",
     "SEED C1"},
    {"refund-amount", warning, "A refund is positive", "amount_refunded is what was given back.", "SEED SCH"},
    {"payment-currency", warning, "A payment is in the company's currency",
     "Amounts are in the smallest unit of it.", "SEED SCH"},
    {"customer-count", warning, "customer_count is the number of customers",
     "True of every real body; an example in FareHarbor's documents breaks it.", "SCH S1 S2 S3"},
    {"no-customers", note, "A booking has a customer",
     "A booking can't be made without one; the schema does not exclude it.", "DOC"},
    {"party-size", warning, "A minimum party size is not above the maximum",
     "Of an availability and of each of its rates.", "SCH"},
    {"availability-times", warning, "An availability does not end before it starts",
     "It may end when it starts: common for private tours.", "DOC S3"},
    {"rebooked-status", warning, "status is rebooked where rebooked_to is set, and only there",
     "The old half of a rebooking says where it went; the new half has rebooked_from and is booked.", "DOC"},
    {"rebooked-link", warning, "A booking is not rebooked from or to itself",
     "Its own uuid, rebooked_from and rebooked_to are three bookings.", "DOC"},
    {"arrival-and-pickup", warning, "arrival is null where there is a pickup",
     "Who is picked up does not arrive.", "DOC"},
    {"display-id", note, "display_id is # and the pk",
     "In every sample that nobody has touched; meant for people only.", "S1 S2 S3"},
    {"url-identity", warning, "URLs name the booking or item that they belong to",
     "confirmation_url and dashboard_url hold the booking's uuid, an item's URLs its pk. A body changed by "
     "hand often keeps the old ones.",
     "SCH S1 S2 S3"},
    {"answer-form", warning, "The answer to a custom field has the form of its type",
     "A count is digits, an extended option the pk of one of its options; either may be \"\".",
     "SCH S1 S2 S3"},
};

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case note:
      return "note";
    case warning:
      return "warning";
    case error:
      break;
  }
  return "error";
}

std::span<const Rule> rules() { return all_rules; }

const Rule* find_rule(std::string_view name) {
  const auto* found = std::ranges::find(all_rules, name, &Rule::name);
  return found == std::end(all_rules) ? nullptr : found;
}

}  // namespace farehook
