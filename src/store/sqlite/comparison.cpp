#include "store/sqlite/comparison.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string>

namespace koine::store::sqlite {

Affinity affinity_of(std::string_view declared_type, bool strict) {
    std::string text(declared_type);
    std::ranges::transform(text, text.begin(), ascii_lower);
    auto names = [&](std::initializer_list<std::string_view> parts) {
        return std::ranges::any_of(parts, [&](std::string_view part) { return text.contains(part); });
    };
    if (strict && text == "any") return Affinity::none;
    if (names({"int"})) return Affinity::numeric;
    if (names({"char", "clob", "text"})) return Affinity::text;
    if (text.empty() || names({"blob"})) return Affinity::none;
    return Affinity::numeric;
}

Affinity affinity_of(model::Model const& model, model::EntityId entity, model::ColumnId column) {
    auto const& origin = model[entity].columns[column].origin;
    bool strict = model[origin ? origin->entity : entity].strict;
    return affinity_of(model[entity].columns[column].declared_type, strict);
}

bool compares_as_number(Affinity column, Affinity other) { return column != Affinity::numeric && other == Affinity::numeric; }

bool is_sought(model::Model const& model, model::EntityId entity, std::vector<LinkColumn> const& columns) {
    std::vector<model::ColumnId> usable;
    for (auto const& link : columns)
        if (!compares_as_number(affinity_of(model, entity, link.column), link.other)) usable.push_back(link.column);
    if (usable.size() == columns.size() && model[entity].has_index_on(usable)) return true;
    return std::ranges::any_of(model[entity].indexes, [&](model::Index const& index) {
        auto is_usable = [&](model::ColumnId column) { return std::ranges::find(usable, column) != usable.end(); };
        return index.unique && !index.partial && !index.columns.empty() && std::ranges::all_of(index.columns, is_usable);
    });
}

bool is_sought(
    model::Model const& model, model::EntityId entity, std::vector<LinkColumn> const& columns, std::vector<model::ColumnId> const& fixed
) {
    if (is_sought(model, entity, columns)) return true;
    auto holds_its_values = [&](LinkColumn const& link) {
        return !compares_as_number(affinity_of(model, entity, link.column), link.other);
    };
    if (fixed.empty() || columns.empty() || !std::ranges::all_of(columns, holds_its_values)) return false;
    return std::ranges::any_of(model[entity].indexes, [&](model::Index const& index) {
        if (index.partial) return false;
        auto is_known = [&](model::ColumnId column) {
            return std::ranges::find(columns, column, &LinkColumn::column) != columns.end() ||
                   std::ranges::find(fixed, column) != fixed.end();
        };
        std::span const leading(index.columns.begin(), std::ranges::find_if_not(index.columns, is_known));
        return std::ranges::all_of(columns, [&](LinkColumn const& link) {
            return std::ranges::find(leading, link.column) != leading.end();
        });
    });
}

}  // namespace koine::store::sqlite
