/// @file Literals: the texts of a request checked against a type and made into what is bound.
#pragma once

#include <string_view>

#include "base/arena.hpp"
#include "base/result.hpp"
#include "model/schema.hpp"
#include "query/cell.hpp"

namespace koine::query {

/// The value of `text` as `type`. Texts that had to be rewritten live in `arena`, others are views of `text`.
/// Integers take outer spaces and a sign; booleans PostgreSQL's words and their unique prefixes; dates ISO 8601, also `1972-1-1` and
/// `19720101`; a timestamp's separator becomes `separator`, and nine or more digits are seconds since 1970; blobs `\x` and hex digits.
/// @return invalid_literal, literal_out_of_range, invalid_datetime, datetime_out_of_range, invalid_json_literal.
Result<Cell> parse_literal(std::string_view text, model::Type type, char separator, Arena& arena);

/// The number that `text` is, or null: what a dynamic column is compared with beside the text itself.
Cell number_or_null(std::string_view text);

/// The GLOB pattern that matches what the LIKE pattern (`%`, `_`, escape `\`) matches, respecting case. @return trailing_escape.
Result<std::string_view> glob_of_like(std::string_view pattern, Arena& arena);
/// The same pattern, checked. @return trailing_escape.
Result<std::string_view> checked_like(std::string_view pattern);

}  // namespace koine::query
