/// @file Errors of writes: which constraint it was, whose columns and values. Told by names and values, never by SQL text.
#pragma once

#include "base/problem.hpp"
#include "model/schema.hpp"
#include "store/sqlite/render_write.hpp"
#include "store/sqlite/write_connection.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace koine::store::sqlite {

/// A write under way: what its failure is explained by.
struct WriteContext {
    WriteConnection& connection;
    model::Model const& model;
    RenderedWrite const& write;
    WriteRequest const& request;

    model::Entity const& entity() const { return model[write.plan->entity]; }
    /// What row `row` gives this column of this table: also through a view that shows it. Null if it gives none.
    query::Cell const* value(std::uint32_t row, model::EntityId entity, model::ColumnId column) const;
};

/// The value as people read it, at most 200 bytes of it.
std::string shown_value(query::Cell const& cell);

/// What a failed step of the write means; to be asked at once, before the connection does anything else.
/// @param row the row of values that was being written; nothing in a removal.
Problem explain_failure(WriteContext const& context, std::optional<std::uint32_t> row, int rc);

/// What it means that a statement of the write cannot be compiled: feature_not_supported if the file's schema is at fault, else `problem`.
Problem explain_unprepared(WriteContext const& context, Problem const& problem);

// foreign_keys.cpp

/// Which foreign key was not met by a statement that has failed, or (`row` nothing) by all that the request has done; then everything back
/// to the savepoint is undone. @return foreign_key_missing, foreign_key_referenced; only with the relation if it cannot be found out.
Problem explain_foreign_key(WriteContext const& context, std::optional<std::uint32_t> row);

}  // namespace koine::store::sqlite
