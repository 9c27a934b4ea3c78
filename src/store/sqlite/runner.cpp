#include "store/sqlite/runner.hpp"

#include "store/sqlite/bindings.hpp"

#include <algorithm>
#include <new>
#include <numeric>
#include <utility>

namespace koine::store::sqlite {
namespace {

using query::Cell;
using query::Rows;
using query::Step;
using query::StepRows;

class Run {
public:
    Run(Connection& connection, RenderedPlan const& plan, Bindings const& bindings, RunLimits const& limits, Rows& rows, KeyList const* keys
    )
        : connection_(connection),
          plan_(plan),
          bindings_(bindings),
          limits_(limits),
          rows_(rows),
          root_keys_(keys) {}

    Result<void> all(Compiled& compiled);

private:
    Result<void> step(std::size_t index, StatementHandle& handle);
    Result<void> total(StatementHandle& handle);
    Result<sqlite3_stmt*> ready(Rendered const& rendered, StatementHandle& handle, KeyList const* keys);
    Result<void> fetch_root(sqlite3_stmt* statement, StepRows& out);
    Result<void> fetch_children(sqlite3_stmt* statement, StepRows& out);
    /// False if the row does not fit; then nothing was added.
    bool add_row(sqlite3_stmt* statement, StepRows& out, int first, std::size_t max_bytes);
    KeyList keys_of(Step const& step) const;

    Connection& connection_;
    RenderedPlan const& plan_;
    Bindings const& bindings_;
    RunLimits const& limits_;
    Rows& rows_;
    KeyList const* root_keys_;
    std::size_t cell_bytes_ = 0;
};

Result<void> Run::all(Compiled& compiled) {
    compiled.steps.resize(plan_.steps.size());
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
        KOINE_TRY(step(i, compiled.steps[i]));
    }
    if (!plan_.total.empty()) {
        KOINE_TRY(total(compiled.total));
    }
    return outcome::success();
}

KeyList Run::keys_of(Step const& step) const {
    KeyList keys;
    if (step.parent == query::kNoStep) return keys;
    auto const& parent = rows_.steps[step.parent];
    keys.cells = parent.cells.data();
    keys.width = parent.width;
    keys.count = parent.count();
    keys.column_count = step.parent_cells.size();
    std::ranges::copy(step.parent_cells, keys.columns.begin());
    return keys;
}

Result<sqlite3_stmt*> Run::ready(Rendered const& rendered, StatementHandle& handle, KeyList const* keys) {
    if (!handle) {
        KOINE_TRY(handle, connection_.compile(rendered.text));
    }
    ++rows_.statements;
    if (int rc = bindings_.bind(handle.get(), rendered, keys); rc != SQLITE_OK) return connection_.problem(rc);
    return handle.get();
}

Result<void> Run::step(std::size_t index, StatementHandle& handle) {
    Rendered const& rendered = plan_.steps[index];
    StepRows& out = rows_.steps[index];
    out.width = rendered.width;
    KeyList keys = keys_of(plan_.plan->steps[index]);
    if (rendered.is_child && !keys.has_any()) return outcome::success();
    KOINE_TRY(auto* statement, ready(rendered, handle, rendered.is_child ? &keys : root_keys_));
    ResetGuard reset(statement);
    return rendered.is_child ? fetch_children(statement, out) : fetch_root(statement, out);
}

Result<void> Run::total(StatementHandle& handle) {
    KOINE_TRY(auto* statement, ready(plan_.total.front(), handle, nullptr));
    ResetGuard reset(statement);
    int rc = sqlite3_step(statement);
    if (rc != SQLITE_ROW) return connection_.problem(rc);
    rows_.total = sqlite3_column_int64(statement, 0);
    return outcome::success();
}

/// sqlite3_column_value is one look-up a cell; each sqlite3_column_* would be one more. The connection is this thread's alone, which is
/// what reading an unprotected value asks.
bool Run::add_row(sqlite3_stmt* statement, StepRows& out, int first, std::size_t max_bytes) {
    std::size_t before = out.cells.size();
    cell_bytes_ += out.width * sizeof(Cell);
    out.cells.resize(before + out.width);
    bool fits = cell_bytes_ + rows_.arena.used() <= max_bytes;
    for (std::uint32_t i = 0; i < out.width && fits; ++i) {
        auto* value = sqlite3_column_value(statement, first + static_cast<int>(i));
        auto& cell = out.cells[before + i];
        switch (int type = sqlite3_value_type(value)) {
            case SQLITE_NULL: break;
            case SQLITE_INTEGER: cell = Cell::of(std::int64_t{sqlite3_value_int64(value)}); break;
            case SQLITE_FLOAT: cell = Cell::of(sqlite3_value_double(value)); break;
            default: {
                auto const* data = type == SQLITE_TEXT ? static_cast<void const*>(sqlite3_value_text(value)) : sqlite3_value_blob(value);
                std::size_t size = data != nullptr ? static_cast<std::size_t>(sqlite3_value_bytes(value)) : 0;
                fits = cell_bytes_ + rows_.arena.used() + size <= max_bytes;
                if (!fits) break;
                auto bytes = rows_.arena.copy({static_cast<char const*>(data), size});
                cell = type == SQLITE_TEXT ? Cell::text(bytes) : Cell::blob(bytes);
            }
        }
    }
    if (!fits) out.cells.resize(before);
    return fits;
}

Problem too_many_bytes(RunLimits const& limits) {
    return Problem(Reason::limit_exceeded).with("limit", "bytes of an answer").with("maximum", static_cast<std::int64_t>(limits.max_bytes));
}

Result<void> Run::fetch_root(sqlite3_stmt* statement, StepRows& out) {
    std::size_t max_bytes = plan_.steps.size() > 1 ? limits_.max_bytes / 2 : limits_.max_bytes;
    int rc = SQLITE_OK;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
        if (out.count() == limits_.max_rows) {
            rows_.cut = true;
            return outcome::success();
        }
        if (add_row(statement, out, 0, max_bytes)) continue;
        if (out.cells.empty()) return too_many_bytes(limits_);
        rows_.cut = rows_.cut_by_bytes = true;
        return outcome::success();
    }
    if (rc != SQLITE_DONE) return connection_.problem(rc);
    return outcome::success();
}

/// Puts children into their parents' order; each parent's own order stays.
void restore_order(StepRows& rows) {
    std::vector<std::uint32_t> order(rows.parents.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [&](std::uint32_t row) { return std::pair(rows.parents[row], row); });
    StepRows sorted;
    sorted.width = rows.width;
    sorted.cells.reserve(rows.cells.size());
    sorted.parents.reserve(rows.parents.size());
    for (auto row : order) {
        sorted.cells.insert(sorted.cells.end(), rows.row(row), rows.row(row) + rows.width);
        sorted.parents.push_back(rows.parents[row]);
    }
    rows = std::move(sorted);
}

/// Keeps at most `most` rows a parent. @return true if some were dropped.
bool trim(StepRows& rows, std::uint32_t most) {
    std::size_t kept = 0;
    std::size_t of_parent = 0;
    for (std::size_t row = 0; row < rows.parents.size(); ++row) {
        of_parent = row > 0 && rows.parents[row] == rows.parents[row - 1] ? of_parent + 1 : 1;
        if (of_parent > most) continue;
        if (kept != row) std::copy_n(rows.row(row), rows.width, rows.cells.data() + kept * rows.width);
        rows.parents[kept++] = rows.parents[row];
    }
    bool dropped = kept < rows.parents.size();
    rows.parents.resize(kept);
    rows.cells.resize(kept * rows.width);
    return dropped;
}

Result<void> Run::fetch_children(sqlite3_stmt* statement, StepRows& out) {
    std::uint32_t of_parent = 0;
    bool ascending = true;
    bool over = false;
    int rc = SQLITE_OK;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
        auto parent = static_cast<std::uint32_t>(sqlite3_column_int64(statement, 0));
        bool same = !out.parents.empty() && out.parents.back() == parent;
        ascending = ascending && (out.parents.empty() || out.parents.back() <= parent);
        of_parent = same ? of_parent + 1 : 1;
        if (of_parent > limits_.max_rows) {
            over = true;
            continue;
        }
        if (!add_row(statement, out, 1, limits_.max_bytes)) return too_many_bytes(limits_);
        out.parents.push_back(parent);
    }
    if (rc != SQLITE_DONE) return connection_.problem(rc);
    if (!ascending) {
        restore_order(out);
        over = trim(out, limits_.max_rows) || over;
    }
    rows_.cut = rows_.cut || over;
    return outcome::success();
}

/// An unknown table or column is only told as a text; a changed schema is what can cause it.
Problem explained(Connection& connection, Problem problem, std::uint64_t version) {
    if (problem.reason() != Reason::internal) return problem;
    auto now = connection.number("PRAGMA schema_version");
    if (!now || static_cast<std::uint64_t>(now.value()) == version) return problem;
    return Problem(Reason::schema_changed).because(problem.cause());
}

}  // namespace

Result<void> run_plan(
    Connection& connection,
    RenderedPlan const& plan,
    Compiled& compiled,
    std::span<query::Argument const> arguments,
    RunLimits const& limits,
    Rows& rows,
    KeyList const* root_keys
) {
    try {
        rows.clear();
        rows.steps.resize(plan.steps.size());
        connection.state().problem.reset();
        connection.state().now.reset();
        KOINE_TRY(auto bindings, Bindings::make(plan, arguments));
        auto done = Run(connection, plan, bindings, limits, rows, root_keys).all(compiled);
        if (!done) return explained(connection, done.error(), plan.schema_version);
        return outcome::success();
    } catch (std::bad_alloc const&) {
        return Problem(Reason::internal).because("out of memory");
    }
}

}  // namespace koine::store::sqlite
