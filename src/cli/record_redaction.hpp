#pragma once

#include "booking/redaction.hpp"
#include "delivery/record.hpp"

namespace farehook {

/// The record of the redacted delivery. What was found in the body is found anew: it may quote what was
/// there.
Record redacted(Record record, const Redaction& redaction);

}  // namespace farehook
