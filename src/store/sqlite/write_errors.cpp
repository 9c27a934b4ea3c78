#include "store/sqlite/write_errors.hpp"

#include "base/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::store::sqlite {
namespace {

using model::ColumnId;
using model::Entity;
using model::EntityId;
using query::Cell;

constexpr std::size_t kMostValueBytes = 200;
constexpr std::size_t kMostMessageBytes = 1000;

/// Cut between characters.
std::string cut(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
    return std::string(text.substr(0, most)) + "…";
}

/// What stands behind `prefix` in SQLite's message.
std::optional<std::string_view> after(std::string_view message, std::string_view prefix) {
    if (!message.starts_with(prefix)) return std::nullopt;
    return message.substr(prefix.size());
}

/// "t.a, t.b": as SQLite lists the columns of a key.
std::string listed(Entity const& entity, std::vector<ColumnId> const& columns) {
    std::string text;
    for (ColumnId column : columns) text += (text.empty() ? "" : ", ") + entity.name + "." + entity.columns[column].name;
    return text;
}

/// Calls `look` for the entity that is written, then for those that its triggers may write, until it says true.
template <class Look>
bool search(WriteContext const& context, Look look) {
    if (look(context.write.plan->entity)) return true;
    for (EntityId id = 0; id < context.model.entities.size(); ++id)
        if (id != context.write.plan->entity && context.model[id].kind != model::EntityKind::view && look(id)) return true;
    return false;
}

struct FoundKey {
    EntityId entity = 0;
    std::string constraint;
    std::vector<ColumnId> columns;
};

std::optional<FoundKey> key_in(model::Model const& model, EntityId id, std::string_view text) {
    auto const& entity = model[id];
    auto matches = [&](std::vector<ColumnId> const& columns) { return !columns.empty() && listed(entity, columns) == text; };
    if (entity.primary_key && matches(entity.primary_key->columns))
        return FoundKey{id, entity.primary_key->name, entity.primary_key->columns};
    for (auto const& key : entity.unique_keys)
        if (matches(key.columns)) return FoundKey{id, key.name, key.columns};
    for (auto const& index : entity.indexes)
        if (index.unique && matches(index.columns)) return FoundKey{id, index.name, index.columns};
    return std::nullopt;
}

Problem unique_violation(WriteContext const& context, std::optional<std::uint32_t> row, std::string_view text) {
    Problem problem(Reason::unique_violation);
    if (auto index = after(text, "index '"))
        return std::move(problem).with("relation", context.entity().name).with("constraint", index->substr(0, index->rfind('\'')));
    std::optional<FoundKey> key;
    search(context, [&](EntityId id) { return (key = key_in(context.model, id, text)).has_value(); });
    if (!key) return std::move(problem).with("relation", context.entity().name).with("constraint", context.entity().name + "_key");
    auto const& entity = context.model[key->entity];
    problem = std::move(problem).with("relation", entity.name).with("constraint", key->constraint);
    std::string columns;
    std::string values;
    for (ColumnId column : key->columns) {
        auto const* value = row ? context.value(*row, key->entity, column) : nullptr;
        if (!value) return problem;
        columns += (columns.empty() ? "" : ", ") + entity.columns[column].name;
        values += (values.empty() ? "" : ", ") + shown_value(*value);
    }
    return std::move(problem).with("columns", columns).with("values", values);
}

bool is_last_word(std::string_view text, std::string_view word) {
    return text.ends_with(word) && (text.size() == word.size() || text[text.size() - word.size() - 1] == ' ');
}

/// The column that SQLite spells "t.c" at the end of the text.
std::optional<std::pair<EntityId, ColumnId>> column_at_end(WriteContext const& context, std::string_view text) {
    std::optional<std::pair<EntityId, ColumnId>> found;
    search(context, [&](EntityId id) {
        auto const& columns = context.model[id].columns;
        for (ColumnId column = 0; column < columns.size() && !found; ++column)
            if (is_last_word(text, context.model[id].name + "." + columns[column].name)) found = {id, column};
        return found.has_value();
    });
    return found;
}

Problem not_null_violation(WriteContext const& context, std::string_view text) {
    auto found = column_at_end(context, text);
    if (!found) return Problem(Reason::not_null_violation).with("relation", context.entity().name).with("column", "");
    auto const& entity = context.model[found->first];
    return Problem(Reason::not_null_violation).with("relation", entity.name).with("column", entity.columns[found->second].name);
}

/// A check without a name is told by its expression, which loses quotes and all behind them if it begins with a quoted name.
bool is_told_by(model::Check const& check, std::string_view text) {
    if (check.name == text || check.expression == text) return true;
    std::string_view expression = check.expression;
    if (expression.empty() || (expression.front() != '"' && expression.front() != '`' && expression.front() != '[')) return false;
    return expression.substr(1).starts_with(text) && text.size() + 1 < expression.size();
}

Problem check_violation(WriteContext const& context, std::string_view text) {
    std::string relation = context.entity().name;
    std::string constraint = relation + "_check";
    if (!text.empty())
        search(context, [&](EntityId id) {
            auto const& checks = context.model[id].checks;
            auto found = std::ranges::find_if(checks, [&](auto const& check) { return is_told_by(check, text); });
            if (found == checks.end()) return false;
            relation = context.model[id].name;
            constraint = found->name;
            return true;
        });
    return Problem(Reason::check_violation).with("relation", relation).with("constraint", constraint);
}

Problem wrong_type(WriteContext const& context, std::optional<std::uint32_t> row, EntityId id, ColumnId column) {
    auto const* value = row ? context.value(*row, id, column) : nullptr;
    return Problem(Reason::invalid_literal)
        .with("type", model::sql_name(context.model[id].columns[column].type))
        .with("value", value ? shown_value(*value) : "");
}

Problem wrong_type(WriteContext const& context, std::optional<std::uint32_t> row, std::string_view message) {
    if (auto found = column_at_end(context, message)) return wrong_type(context, row, found->first, found->second);
    auto const& key = context.entity().primary_key;
    if (key && key->columns.size() == 1) return wrong_type(context, row, context.write.plan->entity, key->columns.front());
    return Problem(Reason::invalid_literal).with("type", "integer").with("value", "");
}

Problem raised(std::string_view message) { return Problem(Reason::raised).with("message", cut(message, kMostMessageBytes)); }

Problem constraint_problem(WriteContext const& context, std::optional<std::uint32_t> row, int rc, std::string_view message) {
    switch (rc) {
        case SQLITE_CONSTRAINT_NOTNULL: return not_null_violation(context, message);
        case SQLITE_CONSTRAINT_FOREIGNKEY: return explain_foreign_key(context, row.value_or(0));
        case SQLITE_CONSTRAINT_TRIGGER:
            // ON DELETE RESTRICT is a trigger of SQLite's own.
            if (message == "FOREIGN KEY constraint failed") return explain_foreign_key(context, row.value_or(0));
            return raised(message);
        case SQLITE_CONSTRAINT_DATATYPE: return wrong_type(context, row, message);
        default: break;
    }
    // Virtual tables give the plain code, but the same words.
    if (auto keys = after(message, "UNIQUE constraint failed: ")) return unique_violation(context, row, *keys);
    return check_violation(context, after(message, "CHECK constraint failed: ").value_or(""));
}

}  // namespace

Cell const* WriteContext::value(std::uint32_t row, EntityId of, ColumnId column) const {
    auto const& plan = *write.plan;
    auto const* values = request.values;
    if (!values || row >= values->rows) return nullptr;
    for (std::size_t i = 0; i < plan.columns.size(); ++i) {
        bool same = of == plan.entity ? plan.columns[i] == column
                                      : model[plan.entity].columns[plan.columns[i]].origin == model::ColumnOrigin{of, column};
        if (!same) continue;
        std::size_t place = row * plan.columns.size() + i;
        return values->given.empty() || values->given[place] != 0 ? &values->cells[place] : nullptr;
    }
    return nullptr;
}

std::string shown_value(Cell const& cell) {
    switch (cell.kind()) {
        case Cell::Kind::null: return "null";
        case Cell::Kind::integer: return std::to_string(cell.integer());
        case Cell::Kind::real: return fmt::format("{}", cell.real());
        case Cell::Kind::text: return cut(cell.view(), kMostValueBytes);
        case Cell::Kind::blob: return cut("\\x" + hex(cell.view().substr(0, kMostValueBytes)), kMostValueBytes);
    }
    return {};
}

Problem explain_unprepared(WriteContext const& context, Problem const& problem) {
    if (problem.reason() != Reason::internal) return problem;
    constexpr std::string_view kBroken[] = {
        "foreign key mismatch", "no such table", "no such column", "no such function", "no such module"
    };
    bool broken = std::ranges::any_of(kBroken, [&](auto words) { return problem.cause().starts_with(words); });
    if (!broken) return problem;
    auto feature = "writing '" + context.entity().name + "', a foreign key or trigger of which refers to what is not there";
    return Problem(Reason::feature_not_supported).with("feature", feature).because(problem.cause());
}

Problem explain_failure(WriteContext const& context, std::optional<std::uint32_t> row, int rc) {
    std::string const message = sqlite3_errmsg(context.connection.handle());
    switch (rc & 0xFF) {
        case SQLITE_CONSTRAINT: return constraint_problem(context, row, rc, message).because(message);
        case SQLITE_MISMATCH: return wrong_type(context, row, message).because(message);
        default: break;
    }
    auto problem = context.connection.base().problem(rc);
    // An expression of the schema (a check, a default, a trigger) that fails on these values, or a virtual table that refuses them.
    if (problem.reason() == Reason::internal && rc == SQLITE_ERROR) return raised(message).because(message);
    return problem;
}

}  // namespace koine::store::sqlite
