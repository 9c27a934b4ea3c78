#include "edit/round.hpp"
#include "query/planner.hpp"

#include <algorithm>

namespace koine::edit {
namespace {

Result<void> insert_rows(Round& round, std::size_t count) {
    query::WriteValues values;
    std::vector<std::size_t> written;
    bool any_default = std::ranges::any_of(round.plans.columns, [](auto const& column) { return column.fill == Column::Fill::database; });
    for (std::size_t target = 0; target < count; ++target) {
        if (!round.targets[target].faults.empty()) continue;
        written.push_back(target);
        for (std::uint32_t i = 0; i < round.width(); ++i) {
            values.cells.push_back(round.cell(target, i));
            if (!any_default) continue;
            bool is_default = round.plans.columns[i].fill == Column::Fill::database && !round.gives(target, i);
            values.given.push_back(is_default ? 0 : 1);
        }
    }
    if (written.empty()) return outcome::success();
    if (values.cells.size() > query::kMaxWriteValues)
        return Problem(Reason::limit_exceeded)
            .with("limit", "values of a write")
            .with("maximum", static_cast<std::int64_t>(query::kMaxWriteValues));
    values.rows = static_cast<std::uint32_t>(written.size());
    store::WriteRequest request;
    request.values = &values;
    request.limits.max_rows = values.rows;
    Arena arena;
    std::vector<query::Argument> returning;
    query::Query returned;
    KOINE_TRY(query::bind(*round.plans.insert->returning, returned, request.limits.max_rows, arena, returning));
    request.returning = returning;
    query::Written done;
    KOINE_TRY(round.transaction.write(round.plans.insert, request, done));
    auto const& keys = done.rows.steps[0];
    if (keys.count() != written.size()) return Problem(Reason::internal).because("not every new row has told its key");
    for (std::size_t i = 0; i < written.size(); ++i) round.targets[written[i]].key = keys.row(i)[0].integer();
    return outcome::success();
}

/// Only what is given, and what every write touches.
std::vector<std::uint32_t> columns_of(Round const& round, std::size_t target) {
    auto columns = round.plans.touched;
    for (std::uint32_t i = 0; i < round.plans.members.size(); ++i) {
        auto const& member = round.plans.members[i];
        if (member.column != kNone && round.entry(target, i).state != Entry::State::absent) columns.push_back(member.column);
    }
    std::ranges::sort(columns);
    auto [first, last] = std::ranges::unique(columns);
    columns.erase(first, last);
    return columns;
}

Result<void> update_row(Round& round, std::size_t target) {
    auto columns = columns_of(round, target);
    if (columns.empty()) return outcome::success();
    KOINE_TRY(auto update, round.book.update(round.plans, columns));
    auto mutation = update->mutation;
    mutation.chosen.key = {std::to_string(round.targets[target].key)};
    Arena arena;
    std::vector<query::Argument> chosen;
    KOINE_TRY(query::bind_chosen(*update->plan, mutation, arena, chosen));
    query::WriteValues values;
    values.rows = 1;
    for (auto column : columns) values.cells.push_back(round.cell(target, column));
    store::WriteRequest request;
    request.chosen = chosen;
    request.values = &values;
    query::Written done;
    return round.transaction.write(update->plan, request, done);
}

Result<void> clear_set(Round& round, Set const& set, Keys const& sources) {
    auto mutation = set.clearing;
    for (auto key : sources) mutation.chosen.filters[0].value.condition.values.push_back(std::to_string(key));
    Arena arena;
    std::vector<query::Argument> chosen;
    KOINE_TRY(query::bind_chosen(*set.clear, mutation, arena, chosen));
    store::WriteRequest request;
    request.chosen = chosen;
    query::Written done;
    return round.transaction.write(set.clear, request, done);
}

}  // namespace

Result<void> write_rows(Round& round, std::size_t count) {
    if (round.is_new()) return insert_rows(round, count);
    for (std::size_t target = 0; target < count; ++target) {
        KOINE_TRY(update_row(round, target));
    }
    return outcome::success();
}

Result<void> write_sets(Round& round, std::size_t count) {
    for (std::uint32_t number = 0; number < round.plans.sets.size(); ++number) {
        Keys sources;
        query::WriteValues values;
        for (auto const& change : round.sets) {
            if (change.set != number || change.target >= count || !round.targets[change.target].faults.empty()) continue;
            sources.push_back(round.targets[change.target].key);
            for (auto key : change.keys) {
                values.cells.push_back(query::Cell::of(sources.back()));
                values.cells.push_back(query::Cell::of(key));
                ++values.rows;
            }
        }
        auto const& set = round.plans.sets[number];
        if (!sources.empty() && !round.is_new()) {
            KOINE_TRY(clear_set(round, set, sources));
        }
        if (values.rows == 0) continue;
        store::WriteRequest request;
        request.values = &values;
        query::Written done;
        KOINE_TRY(round.transaction.write(set.insert, request, done));
    }
    return outcome::success();
}

}  // namespace koine::edit
