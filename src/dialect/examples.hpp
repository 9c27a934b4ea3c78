/// @file Examples for documents: values that fit a column, and what of a related row one would ask for.
#pragma once

#include "model/schema.hpp"

#include <string>
#include <string_view>

namespace koine::dialect {

/// A literal that a filter on such a column takes.
std::string_view example_value(model::Type type);
/// Two of them, separated by a comma.
std::string example_list(model::Type type);
/// The JSON Schema type of such a literal in a query string.
std::string_view literal_type(model::Type type);
/// True if the column is part of the primary key or of a foreign key: what is asked is equality.
bool is_key_column(model::Entity const& entity, model::ColumnId column);
/// The column that tells most of a row: its first text that is no key, else its first column; null if it has none.
model::Column const* telling_column(model::Entity const& entity);

}  // namespace koine::dialect
