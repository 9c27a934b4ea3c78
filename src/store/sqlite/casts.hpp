/// @file Casts of stored values, strict as PostgreSQL's: SQLite's CAST silently makes 12 of '12abc'.
#pragma once

#include "base/result.hpp"
#include "model/schema.hpp"
#include "query/cell.hpp"

#include <string>
#include <string_view>

namespace koine::store::sqlite {

/// The value as that type. NULL stays NULL; dynamic leaves everything as it is. Texts of the answer are made in `scratch` or are the
/// given cell's own.
/// @return invalid_literal, literal_out_of_range, invalid_datetime, datetime_out_of_range, invalid_json_literal.
Result<query::Cell> cast(query::Cell const& value, model::Type type, std::string& scratch);

/// "true" or "false" for a stored boolean (0 or 1), NULL and others unchanged.
query::Cell boolean_word(query::Cell const& value);

/// A real's text as PostgreSQL prints it: shortest that reads back, an exponent below 1e-4 and from 1e15 on.
std::string real_text(double number);

}  // namespace koine::store::sqlite
