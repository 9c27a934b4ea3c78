/// @file Stored JSON: paths into it and containment. SQLite's own functions do not fit: they raise errors on invalid text, take an
/// index for a key, and lose the text of numbers (§15.3 of the first dialect's fact sheet).
#pragma once

#include "query/intent.hpp"
#include "store/sqlite/watch.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::store::sqlite {

using JsonPath = std::vector<query::JsonStep>;

/// Reads a path: a JSON array of texts (keys) and integers (indexes, negative from the end). Nothing if it is something else.
std::optional<JsonPath> parse_json_path(std::string_view text);

/// The JSON text at the path, as stored; nothing if the document is invalid or has nothing there. Of repeated keys the last counts.
std::optional<std::string_view> find_json(std::string_view document, JsonPath const& path);

/// `@>`: left contains right, by PostgreSQL's rules for jsonb. Nothing if either is invalid JSON; meaningless
/// if time ran out.
std::optional<bool> json_contains(std::string_view left, std::string_view right, Watch* watch);

/// Less than zero, zero or more, by PostgreSQL's order of jsonb: null < string < number < boolean < array < object; arrays by length,
/// then elements; objects by the number of keys, then keys (by length, then bytes), then values; strings by bytes. Nothing if either is
/// invalid JSON.
std::optional<int> json_compare(std::string_view left, std::string_view right, Watch* watch);

}  // namespace koine::store::sqlite
