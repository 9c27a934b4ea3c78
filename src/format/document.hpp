/// @file Document: one row as JSON, or its name as a text, for what keeps documents (change logs, events).
#pragma once

#include "query/rows.hpp"
#include "represent/represent.hpp"

#include <cstdint>
#include <string>

namespace koine::format {

/// Appends a root row as a JSON object, compact, nulls kept. `row` must be one of `rows.steps.front()`.
void append_json(
    represent::Program const& program, query::Rows const& rows, std::uint32_t row, represent::Context context, std::string& out
);
/// Appends what the program's first member is in a root row, if that is a text or an integer: how people call the row.
void append_text(
    represent::Program const& program, query::Rows const& rows, std::uint32_t row, represent::Context context, std::string& out
);

}  // namespace koine::format
