/// @file Comparison: how SQLite compares two columns, and which indexes serve such a comparison. What render chooses forms by.
#pragma once

#include "model/schema.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace koine::store::sqlite {

/// Which conversion a declared type asks for. Source: sqlite.org/datatype3.html §3.1; the numeric kinds compare alike.
enum class Affinity : std::uint8_t { none, text, numeric };

/// @param strict of a STRICT table, where ANY converts nothing.
Affinity affinity_of(std::string_view declared_type, bool strict);
Affinity affinity_of(model::Model const& model, model::EntityId entity, model::ColumnId column);

/// One column of a link between two relations: `column` of the sought one equals `other`.
struct LinkColumn {
    model::ColumnId column = 0;
    Affinity other = Affinity::none;
};

/// True if `column = other` turns the column's values to numbers before it compares. An index of the column, which holds them as they
/// are, then does not serve.
bool compares_as_number(Affinity column, Affinity other);
/// True if an index finds the entity's rows by these columns: they are its leading ones, or cover a unique index.
bool is_sought(model::Model const& model, model::EntityId entity, std::vector<LinkColumn> const& columns);
/// The same where these further columns equal constants: among an index's leading ones they may stand before and between the others.
bool is_sought(
    model::Model const& model, model::EntityId entity, std::vector<LinkColumn> const& columns, std::vector<model::ColumnId> const& fixed
);

}  // namespace koine::store::sqlite
