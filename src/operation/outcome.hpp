/// @file What a function returned or raised, as the way of a request knows it.
#pragma once

#include "operation/operation.hpp"
#include "script/host.hpp"

namespace koine::operation {

/// @param rows it is to name rows: a key, a row, or a list of them. @return operation_failed: what it returned cannot be told.
Result<Outcome> outcome_of(script::Reader const& returned, bool rows);
/// `problem("invalid", {field = "asn", message = "…"})` as a problem of its kind; a fault of the function itself as internal.
Problem problem_of(script::Failure const& failure);

}  // namespace koine::operation
