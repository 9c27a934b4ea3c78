/// @file WritePlan: what a write does, in the model's terms. Immutable and shared by the requests of one shape.
#pragma once

#include "query/body.hpp"
#include "query/mutation.hpp"
#include "query/plan.hpp"
#include "query/rows.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace koine::query {

/// Values of one write, rows times columns: more is limit_exceeded.
inline constexpr std::size_t kMaxWriteValues = 1'000'000;

/// How a store carries it out is its own affair; that all of it happens, or nothing, is not.
struct WritePlan {
    Change change = Change::insert;
    EntityId entity = 0;
    std::vector<ColumnId> columns;  ///< insert, update: what each row of values gives, in this order; perhaps none
    OnConflict on_conflict = OnConflict::fail;
    std::vector<ColumnId> conflict_columns;  ///< merge, replace, ignore: those of a primary or unique key
    std::vector<ColumnId> merged;            ///< merge, replace: what the present row takes; never empty
    /// Update, remove: one source (alias 0, the entity), `where`, and `order`, `limit` and perhaps `offset` if only some of the matching
    /// rows are meant: the order then leaves no doubt about which.
    Select chosen;
    std::vector<SlotSpec> slots;                                       ///< of `chosen`
    std::vector<std::shared_ptr<expression::Formula const>> formulas;  ///< of `chosen`, kept as a Plan's are
    /// How the rows written are read back, in the same transaction: after an insert or update, before a removal. Its root has no condition
    /// of its own but the inner relations it selects: the store restricts it to the rows written, in the order written unless it has an
    /// order. Null: nothing is read.
    std::shared_ptr<Plan const> returning;

    /// Whether a present row with a new row's key takes something of it.
    bool merges() const { return on_conflict == OnConflict::merge || on_conflict == OnConflict::replace; }
};

/// The rows to write. Reusable. Texts point into the request's body or an arena, which must outlive the write.
struct WriteValues {
    std::uint32_t rows = 0;
    std::vector<Cell> cells;          ///< row after row, each as wide as WritePlan::columns
    std::vector<std::uint8_t> given;  ///< empty: all are given; else, for each cell, 0 if the column's default is meant
};

/// What a write did.
struct Written {
    std::int64_t affected = 0;  ///< rows inserted, changed or removed; rows passed over do not count
    std::int64_t inserted = 0;  ///< of them, new ones
    Rows rows;                  ///< what `returning` brought
};

}  // namespace koine::query
