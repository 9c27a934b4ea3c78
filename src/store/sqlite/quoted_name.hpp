/// @file quoted_name: how a name of the database stands in SQL.
#pragma once

#include <string>
#include <string_view>

namespace koine::store::sqlite {

/// The name in backticks, which never make it a string (double quotes do where a column is missing; decisions.md 11).
std::string quoted_name(std::string_view name);

}  // namespace koine::store::sqlite
