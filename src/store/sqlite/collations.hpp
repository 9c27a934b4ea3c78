/// @file Collations: how texts compare that are more than texts. Of statements only, never of a table: any program can open the file.
#pragma once

#include "model/schema.hpp"
#include "query/statement.hpp"

#include <sqlite3.h>

#include <string_view>

namespace koine::store::sqlite {

/// Less than, equal to or greater than 0. Of any texts: those that are none (no number, no address) stand behind those that are, by their bytes.
int compare_as(model::Ordering ordering, std::string_view left, std::string_view right);

/// What stands behind an expression that is ordered so: " COLLATE koine_decimal"; nothing where it is as SQLite orders.
std::string_view collation_of(model::Ordering ordering);
/// The same behind the left side of a comparison with a value. Nothing for equality with a column that an index holds: there what is stored counts,
/// as it does for the index (docs/decisions/collations.md).
std::string_view collation_of(model::Model const& model, query::Expression const& left, query::Operator op);

/// @return an SQLite result code.
int register_collations(sqlite3* database);

}  // namespace koine::store::sqlite
