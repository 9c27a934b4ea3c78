/// @file Literals: the texts of a request checked against a type and made into what is bound.
#pragma once

#include "base/arena.hpp"
#include "base/result.hpp"
#include "model/schema.hpp"
#include "query/cell.hpp"

#include <cstddef>
#include <string_view>

namespace koine::query {

/// The value of `text` as `type`. Texts that had to be rewritten live in `arena`, others are views of `text`.
/// Integers take outer spaces and a sign; booleans SQL's words and their unique prefixes; dates ISO 8601, also `1972-1-1`, `19720101`
/// and with a time, which is dropped; a timestamp's separator becomes `separator`, and nine or more digits are seconds since 1970;
/// blobs `\x` and hex digits, or the bytes of the text. Zones and fractions of seconds stay as written.
/// @return invalid_literal, literal_out_of_range, invalid_datetime, datetime_out_of_range, invalid_json_literal.
Result<Cell> parse_literal(std::string_view text, model::Type type, char separator, Arena& arena);

/// A value as messages show it: cut after at most 200 bytes, but never inside a character.
std::string_view shown(std::string_view value);

/// The number that `text` is, or null: what a dynamic column is compared with beside the text itself.
Cell number_or_null(std::string_view text);

/// Patterns may not be longer, also as GLOB: what backends take themselves.
inline constexpr std::size_t kMaxPatternBytes = 50'000;

/// The GLOB pattern that matches what the LIKE pattern (`%`, `_`, escape `\`) matches, respecting case.
/// @return trailing_escape, limit_exceeded.
Result<std::string_view> glob_of_like(std::string_view pattern, Arena& arena);
/// The same pattern, checked. @return trailing_escape, limit_exceeded.
Result<std::string_view> checked_like(std::string_view pattern);

}  // namespace koine::query
