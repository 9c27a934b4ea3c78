/// @file Given: the parts of a JSON document that a body gives for one member.
#pragma once

#include "base/arena.hpp"
#include "query/body.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::edit {

/// The elements of a JSON list; nothing if the text is none, or has more than `most` elements. Views are of `text` or of the arena.
std::optional<std::vector<query::Given>> elements_of(std::string_view text, std::size_t most, Arena& arena);

/// The leaves of a JSON object by name; names of nested ones are joined by `separator`. Lists are leaves.
/// @return nothing if the text is no object, or has more than `most` leaves.
using Attributes = std::vector<std::pair<std::string, query::Given>>;
std::optional<Attributes> attributes_of(std::string_view text, std::string_view separator, std::size_t most, Arena& arena);

/// The same as one flat JSON object, for messages; at most some hundred bytes.
std::string shown(Attributes const& attributes);

/// A key: an integer, as a number or (if `as_text`) as its digits.
std::optional<std::int64_t> key_of(query::Given const& given, bool as_text);
std::optional<std::int64_t> key_of(std::string_view text);

}  // namespace koine::edit
