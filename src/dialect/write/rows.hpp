/// @file What the strategies of the write axis share: keys of rows, and how written rows are told.
#pragma once

#include "base/arena.hpp"
#include "base/result.hpp"
#include "dialect/write/write.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace koine::dialect {

/// The names of the primary key's columns, in key order; none without one.
std::vector<std::string> key_names(model::Entity const& entity);
/// The columns that every new row of a table must give.
std::vector<std::string> required_names(model::Entity const& entity);

/// Whether the row of the body gives the column this value. @return what parse_literal returns, of either.
Result<bool> gives(query::Body const& body, std::size_t row, model::Column const& column, std::string_view literal, Arena& arena);
/// Adds a column to a body of one row, as text. @param name of no column that it has.
void add_column(query::Body& body, std::string_view name, std::string_view literal);

/// Selects these columns and nothing else, of the rows written.
void return_columns(std::vector<std::string> const& names, query::Mutation& mutation);

/// The texts of the first row's primary key, as literals of filters; nothing if it was not brought, or is null in part.
std::optional<std::vector<std::string>> key_of_first(model::Entity const& entity, query::Plan const* returning, query::Rows const& rows);

/// What the body of an answer may be: `wanted`, but nothing where one row is wanted and there is none.
void set_body(WriteAnswer& answer, WriteAnswer::Body wanted, query::Rows const& rows);

}  // namespace koine::dialect
