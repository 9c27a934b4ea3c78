/// @file For tests: rows written by hand.
#pragma once

#include "query/rows.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace koine::format::testing {

inline query::Cell integer(std::int64_t number) { return query::Cell::of(number); }

inline query::StepRows step(std::uint32_t width, std::vector<query::Cell> cells, std::vector<std::uint32_t> parents = {}) {
    query::StepRows rows;
    rows.width = width;
    rows.cells = std::move(cells);
    rows.parents = std::move(parents);
    return rows;
}

}  // namespace koine::format::testing
