/// @file Rows: what a plan brought, in an arena.
#pragma once

#include "base/arena.hpp"
#include "query/cell.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace koine::query {

/// The rows of one step, row after row. For a child step, `parents[i]` is the index of the parent step's row that row i belongs
/// to; it never descends, so that represent can merge forward.
struct StepRows {
    std::uint32_t width = 0;
    std::vector<Cell> cells;
    std::vector<std::uint32_t> parents;

    std::size_t count() const { return width == 0 ? 0 : cells.size() / width; }
    Cell const* row(std::size_t index) const { return cells.data() + index * width; }
    void clear() {
        cells.clear();
        parents.clear();
    }
};

/// All rows of one plan. Owns the memory the cells point into. Reusable: `clear` keeps what was allocated.
struct Rows {
    Arena arena;
    std::vector<StepRows> steps;
    std::optional<std::int64_t> total;  ///< rows matching without paging, if the plan asked
    bool cut = false;                   ///< the answer was cut at a cap (rows or bytes), not by what was asked
    bool cut_by_bytes = false;          ///< with `cut`: the cap was that of bytes
    std::uint32_t statements = 0;       ///< how many statements were run: a golden figure

    void clear() {
        arena.clear();
        for (auto& step : steps) step.clear();
        total.reset();
        cut = false;
        cut_by_bytes = false;
        statements = 0;
    }
};

}  // namespace koine::query
