#include "store/sqlite/bindings.hpp"
#include "store/sqlite/ddl.hpp"
#include "store/sqlite/write_errors.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace koine::store::sqlite {
namespace {

using model::ColumnId;
using model::EntityId;
using model::ForeignKey;
using query::Cell;
using query::Change;

bool has(std::vector<ColumnId> const& columns, ColumnId column) { return std::ranges::find(columns, column) != columns.end(); }

std::string names_of(model::Entity const& entity, std::vector<ColumnId> const& columns) {
    std::string text;
    for (ColumnId column : columns) text += (text.empty() ? "" : ", ") + entity.columns[column].name;
    return text;
}

/// The values that a row gives the key: nothing if it does not give all, or if one is null, which refers to no row.
std::vector<Cell> values_of(WriteContext const& context, std::uint32_t row, EntityId entity, std::vector<ColumnId> const& columns) {
    std::vector<Cell> values;
    for (ColumnId column : columns) {
        auto const* value = context.value(row, entity, column);
        if (!value || value->is_null()) return {};
        values.push_back(*value);
    }
    return values;
}

std::string shown(std::vector<Cell> const& values) {
    std::string text;
    for (auto const& value : values) text += (text.empty() ? "" : ", ") + shown_value(value);
    return text;
}

bool has_target(WriteContext const& context, ForeignKey const& key, std::vector<Cell> const& values) {
    auto rendered = render_target_probe(context.model, key);
    auto statement = context.connection.base().compile(rendered.text, 0);
    if (!statement) return true;
    for (std::size_t i = 0; i < values.size(); ++i) bind_cell(statement.value().get(), static_cast<int>(i + 1), values[i]);
    return sqlite3_step(statement.value().get()) != SQLITE_DONE;
}

/// A row may refer to itself.
bool is_own(WriteContext const& context, std::uint32_t row, EntityId entity, ForeignKey const& key, std::vector<Cell> const& values) {
    if (key.target != entity) return false;
    auto own = values_of(context, row, entity, key.target_columns);
    return !own.empty() && own == values;
}

std::optional<Problem> missing_target(WriteContext const& context, std::uint32_t row) {
    EntityId id = context.write.plan->entity;
    for (auto const& key : context.entity().foreign_keys) {
        auto values = values_of(context, row, id, key.columns);
        if (values.empty() || is_own(context, row, id, key, values) || has_target(context, key, values)) continue;
        return Problem(Reason::foreign_key_missing)
            .with("relation", context.entity().name)
            .with("constraint", key.name)
            .with("columns", names_of(context.entity(), key.columns))
            .with("values", shown(values))
            .with("target", context.model[key.target].name);
    }
    return std::nullopt;
}

/// True if rows that refer by this key keep those they refer to: no ON DELETE or ON UPDATE lets them follow.
bool restrains(WriteContext const& context, model::Entity const& origin, ForeignKey const& key) {
    auto statement =
        context.connection.base().compile("SELECT id, `from`, on_delete, on_update FROM pragma_foreign_key_list(?1) ORDER BY id, seq", 0);
    if (!statement) return true;
    auto* handle = statement.value().get();
    bind_cell(handle, 1, Cell::text(origin.name));
    auto text = [&](int column) {
        auto const* found = reinterpret_cast<char const*>(sqlite3_column_text(handle, column));
        return std::string(found ? found : "");
    };
    struct Declared {
        std::vector<std::string> columns;
        std::string action;
    };
    std::map<std::int64_t, Declared> declared;
    while (sqlite3_step(handle) == SQLITE_ROW) {
        auto& one = declared[sqlite3_column_int64(handle, 0)];
        one.columns.push_back(text(1));
        one.action = text(context.write.plan->change == Change::remove ? 2 : 3);
    }
    for (auto const& [number, one] : declared) {
        bool same = std::ranges::equal(one.columns, key.columns, [&](std::string const& name, ColumnId column) {
            return same_name(name, origin.columns[column].name);
        });
        if (same) return one.action == "NO ACTION" || one.action == "RESTRICT";
    }
    return true;
}

std::optional<Problem> referenced_by(WriteContext const& context, EntityId origin, ForeignKey const& key) {
    auto const& plan = *context.write.plan;
    auto rendered = render_reference_probe(context.model, plan, origin, key);
    RenderedPlan one;
    one.steps.push_back(std::move(rendered));
    auto bindings = Bindings::make(one, context.request.chosen);
    auto statement = context.connection.base().compile(one.steps.front().text, 0);
    if (!bindings || !statement) return std::nullopt;
    auto* handle = statement.value().get();
    if (bindings.value().bind(handle, one.steps.front(), nullptr) != SQLITE_OK || sqlite3_step(handle) != SQLITE_ROW) return std::nullopt;
    std::string values;
    for (int i = 0; i < static_cast<int>(key.target_columns.size()); ++i) {
        auto bytes = static_cast<std::size_t>(sqlite3_column_bytes(handle, i));
        auto const* data = static_cast<char const*>(sqlite3_column_blob(handle, i));
        values += (i == 0 ? "" : ", ") + shown_value(Cell::text({data ? data : "", data ? bytes : 0}));
    }
    return Problem(Reason::foreign_key_referenced)
        .with("relation", context.entity().name)
        .with("constraint", key.name)
        .with("columns", names_of(context.entity(), key.target_columns))
        .with("values", values)
        .with("origin", context.model[origin].name);
}

/// A row that is to go, or to change its key, and that others refer to. Looks at the rows as they were before.
std::optional<Problem> still_referenced(WriteContext const& context) {
    auto const& plan = *context.write.plan;
    if (plan.change == Change::insert || plan.chosen.limit || plan.chosen.offset) return std::nullopt;
    auto touches = [&](ForeignKey const& key) {
        return plan.change == Change::remove ||
               std::ranges::any_of(key.target_columns, [&](ColumnId column) { return has(plan.columns, column); });
    };
    for (EntityId origin = 0; origin < context.model.entities.size(); ++origin) {
        for (auto const& key : context.model[origin].foreign_keys) {
            if (key.target != plan.entity || !touches(key) || !restrains(context, context.model[origin], key)) continue;
            if (auto problem = referenced_by(context, origin, key)) return problem;
        }
    }
    return std::nullopt;
}

}  // namespace

Problem explain_foreign_key(WriteContext const& context, std::optional<std::uint32_t> row) {
    auto const& plan = *context.write.plan;
    if (row) {
        if (auto problem = missing_target(context, *row)) return *std::move(problem);
    } else if (plan.change != Change::remove && context.request.values) {
        for (std::uint32_t one = 0; one < context.request.values->rows; ++one)
            if (auto problem = missing_target(context, one)) return *std::move(problem);
    }
    if (!row) context.connection.back_to_savepoint();
    if (auto problem = still_referenced(context)) return *std::move(problem);
    auto const& own = context.entity().foreign_keys;
    bool refers = plan.change == Change::insert ||
                  (plan.change == Change::update && std::ranges::any_of(own, [&](ForeignKey const& key) {
                       return std::ranges::any_of(key.columns, [&](ColumnId column) { return has(plan.columns, column); });
                   }));
    return Problem(refers ? Reason::foreign_key_missing : Reason::foreign_key_referenced).with("relation", context.entity().name);
}

}  // namespace koine::store::sqlite
