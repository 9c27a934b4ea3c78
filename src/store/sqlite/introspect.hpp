/// @file Makes a model of what a SQLite file holds.
#pragma once

#include "base/result.hpp"
#include "model/schema.hpp"

#include <sqlite3.h>

namespace koine::store::sqlite {

/// The model of schema `main` as the connection sees it: complete, indexed, with relationships. What cannot be used (a broken view, a
/// foreign key to nowhere, a virtual table without its module) is left out with a note. Reads the catalogue by a handful of statements,
/// and at most 20 rows of each table that has timestamps. The caller wraps it in a transaction if others may change the schema.
/// @return database_busy, database_corrupt, database_unavailable, internal.
Result<model::Model> introspect(sqlite3* connection);

}  // namespace koine::store::sqlite
