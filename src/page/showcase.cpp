#include "page/showcase.hpp"

#include "base/ascii.hpp"
#include "dialect/examples.hpp"
#include "dialect/examples/lines.hpp"

#include <algorithm>

namespace koine::page {
namespace {

using model::EntityId;

bool is_plain(std::string_view name) {
    return !name.empty() && name.size() <= 40 && std::ranges::all_of(name, [](char c) { return is_ascii_alphanumeric(c) || c == '_'; });
}

/// The place of the highest score; the first of several.
template <class Score>
std::optional<EntityId> best_of(model::Model const& model, Score const& score) {
    std::optional<EntityId> best;
    int highest = 0;
    for (EntityId id = 0; id < model.entities.size(); ++id) {
        auto const points = score(id);
        if (points && (!best || *points > highest)) best = id, highest = *points;
    }
    return best;
}

int conditions_on(model::Entity const& entity, std::vector<dialect::ExampleField> const& row) {
    auto const is_given = [&](model::ColumnId id) {
        return std::ranges::find(row, entity.columns[id].name, &dialect::ExampleField::name) != row.end();
    };
    int conditions = static_cast<int>(entity.checks.size());
    for (auto const& key : entity.foreign_keys)
        if (std::ranges::any_of(key.columns, is_given)) conditions += 20;
    for (auto const& key : entity.unique_keys)
        if (std::ranges::all_of(key.columns, is_given)) conditions += 3;
    if (entity.primary_key && std::ranges::all_of(entity.primary_key->columns, is_given)) conditions += 5;
    return conditions;
}

}  // namespace

std::optional<EntityId> to_read(model::Model const& model, std::vector<std::optional<RowCount>> const& counts) {
    return best_of(model, [&](EntityId id) -> std::optional<int> {
        auto const& entity = model[id];
        int score = is_plain(entity.name) ? 100 : 0;
        if (id < counts.size() && counts[id] && counts[id]->rows == 0) score -= 40;
        if (entity.kind == model::EntityKind::table) score += 10;
        if (entity.primary_key) score += 5;
        if (auto const* telling = dialect::telling_column(entity); telling != nullptr && telling->type == model::Type::text) score += 5;
        return score + std::min(static_cast<int>(entity.relationships.size()), 8);
    });
}

std::optional<EntityId> to_insert_into(model::Model const& model) {
    return best_of(model, [&](EntityId id) -> std::optional<int> {
        auto const& entity = model[id];
        if (entity.kind != model::EntityKind::table || !entity.insertable) return std::nullopt;
        auto const row = dialect::example_row(entity);
        if (row.empty()) return std::nullopt;
        return (is_plain(entity.name) ? 100 : 0) - conditions_on(entity, row) - static_cast<int>(std::min<std::size_t>(row.size(), 20));
    });
}

}  // namespace koine::page
