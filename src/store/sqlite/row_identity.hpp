/// @file RowIdentity: by what a written row is found again.
#pragma once

#include "model/schema.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace koine::store::sqlite {

/// The rowid, under whichever of its names no column has taken; else the primary key (of a view: as traced to its table).
struct RowIdentity {
    enum class Kind : std::uint8_t { none, rowid, key };
    Kind kind = Kind::none;
    std::string_view rowid;                ///< Kind::rowid: its name, a constant
    std::vector<model::ColumnId> columns;  ///< Kind::key: at most kMaxKeyColumns
    /// A view's key that is its table's rowid: an insert that leaves it out is given one, which only that table knows.
    bool is_rowid_of_base = false;
    model::EntityId base = 0;  ///< with is_rowid_of_base

    explicit operator bool() const { return kind != Kind::none; }
    /// Cells an identity has.
    std::size_t width() const { return kind == Kind::rowid ? 1 : columns.size(); }
};

RowIdentity row_identity(model::Model const& model, model::EntityId entity);

}  // namespace koine::store::sqlite
