/// @file Filters made by hand: the conditions that grammars, edits and functions are put together from.
#pragma once

#include "query/intent.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace koine::query {

/// A condition on one column.
Filter condition(std::string column, Operator op, std::vector<std::string> values = {});
/// The row whose key, in the column `id`, is this.
Filter with_key(std::int64_t key);
/// One that holds never: of no row.
Filter never(std::string column);
/// All or any of them; the only one itself.
Filter grouped(Filter::Kind kind, std::vector<Filter> filters);
/// The filter, which is about the rows at the path's end, as one about the root: such a row exists.
/// @param path by number: model::Entity::relationships of each entity on the way.
Filter over(std::vector<std::uint32_t> const& path, Filter filter);
/// The special characters of a LIKE pattern as themselves.
std::string escaped_like(std::string_view text);

}  // namespace koine::query
