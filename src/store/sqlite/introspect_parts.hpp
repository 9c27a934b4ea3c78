/// @file The parts of introspection, in the order in which `introspect` calls them. For that file only.
#pragma once

#include "model/schema.hpp"
#include "store/sqlite/catalogue.hpp"
#include "store/sqlite/ddl.hpp"

#include <sqlite3.h>

#include <string>
#include <string_view>

namespace koine::store::sqlite {

/// Columns, keys, indexes and checks of a table or virtual table.
model::Entity table_entity(sqlite3* connection, RelationRow const& row, TableDdl const& ddl);
/// The foreign keys of a table, once all tables are in the model; what cannot be followed becomes a note.
void add_foreign_keys(model::Model& model, model::EntityId table, RelationRow const& row, TableDdl const& ddl);
/// Columns, keys and rights of all views that prepare; the others are taken out of the model with a note. Tables are complete by then,
/// and the views are in the model with their names only. Entities keep their order but not their ids.
void complete_views(sqlite3* connection, model::Model& model, Catalogue const& catalogue);

}  // namespace koine::store::sqlite
