/// @file The table functions `koine_keys(?)` and `koine_list(?)`: how keys and lists enter a statement. They take a pointer
/// (sqlite3_bind_pointer) with these type names, so no text of a user's file can reach them; JSON could carry neither blobs nor reals.
#pragma once

#include "query/cell.hpp"
#include "store/sqlite/render.hpp"

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <span>

namespace koine::store::sqlite {

inline constexpr char const* kKeysPointer = "koine_keys";
inline constexpr char const* kListPointer = "koine_list";

/// The key cells of a parent step's rows, in place. Gives one row (ordinal, c0…c7) a parent; parents with a NULL among their keys
/// give none. What it points at must live until the statement is reset.
struct KeyList {
    query::Cell const* cells = nullptr;  ///< of the parent step, row after row
    std::size_t width = 0;               ///< cells a parent row
    std::size_t count = 0;               ///< parent rows
    std::array<std::uint32_t, kMaxKeyColumns> columns{};
    std::size_t column_count = 0;

    query::Cell const& at(std::size_t row, std::size_t column) const { return cells[row * width + columns[column]]; }
    bool is_complete(std::size_t row) const {
        for (std::size_t i = 0; i < column_count; ++i)
            if (at(row, i).is_null()) return false;
        return true;
    }
    /// True if some parent has a whole key.
    bool has_any() const {
        for (std::size_t row = 0; row < count; ++row)
            if (is_complete(row)) return true;
        return false;
    }
};

/// The values of a list, without its NULLs (with one, NOT IN would never hold).
using ValueList = std::span<query::Cell const>;

/// @return an SQLite result code.
int register_tables(sqlite3* database);

}  // namespace koine::store::sqlite
