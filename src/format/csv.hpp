/// @file CSV: the root rows as lines; what is nested stands as JSON in one field.
#pragma once

#include "format/spelling.hpp"
#include "query/rows.hpp"
#include "represent/program.hpp"

#include <string>
#include <string_view>

namespace koine::format {

/// Appends a header line of the members' names and a line for each root row: RFC 4180 quoting, `\n` between lines and none behind the
/// last. Null is nothing, an empty text `""`, booleans `t` and `f`, integers all their digits, blobs as spelled; lists
/// and objects are JSON text. Invalid UTF-8 becomes U+FFFD.
void append_csv(represent::Program const& program, query::Rows const& rows, Spelling spelling, std::string& out);

/// Appends one text as a field: quoted if it is empty or holds a comma, a quote, a line end, or a blank at its ends.
void append_csv_field(std::string& out, std::string_view text);

}  // namespace koine::format
