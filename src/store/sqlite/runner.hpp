/// @file The runner: a plan's statements on one connection, from arguments to rows. Synchronous; the same on both lanes.
#pragma once

#include "base/result.hpp"
#include "query/rows.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/keys_table.hpp"
#include "store/sqlite/render.hpp"
#include "store/store.hpp"

#include <span>
#include <vector>

namespace koine::store::sqlite {

/// A plan's compiled statements on one connection, compiled at first use. Empty to begin with.
struct Compiled {
    std::vector<StatementHandle> steps;
    StatementHandle total;
};

/// Runs all statements of the plan in the connection's present transaction under its watch and fills `rows` (cleared first). Statements
/// are reset when it returns, whatever happens.
/// Caps: the root is cut at limits.max_rows, and at half of max_bytes if there are child steps, which share the other half.
/// @param root_keys the rows that the root is restricted to, if the plan was rendered by identity; else null.
/// @return what Session::run says; statement_timeout also when the watch's deadline was only a worker's budget.
Result<void> run_plan(
    Connection& connection,
    RenderedPlan const& plan,
    Compiled& compiled,
    std::span<query::Argument const> arguments,
    RunLimits const& limits,
    query::Rows& rows,
    KeyList const* root_keys = nullptr
);

}  // namespace koine::store::sqlite
