#include "dialect/place.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace koine::dialect {
namespace {

using model::Entity;
using model::Relationship;

/// The relationship whose key is this one column.
Relationship const* referred_by(Entity const& entity, model::ColumnId column) {
    auto const found = std::ranges::find_if(entity.relationships, [&](Relationship const& each) {
        return each.holds_key && each.to_one() && each.columns == std::vector<model::ColumnId>{column};
    });
    return found == entity.relationships.end() ? nullptr : &*found;
}

}  // namespace

Place place_of(model::Model const& model, model::EntityId root, resource::Target const& target) {
    Place place;
    auto const at = [&](model::EntityId entity, model::ColumnId id) {
        auto const& column = model[entity].columns[id];
        place.entity = entity;
        place.column = column.name;
        place.type = column.type;
        place.nullable = column.nullable;
    };
    place.path = target.path;
    at(target.entity, target.column);
    if (place.path.empty()) return place;
    auto before = root;
    for (auto step = place.path.begin(); step + 1 != place.path.end(); ++step) before = model[before].relationships[*step].target;
    auto const& last = model[before].relationships[place.path.back()];
    bool const holds = last.holds_key && last.to_one() && !last.junction && !last.fixed && last.columns.size() == 1 &&
                       last.target_columns.front() == target.column;
    if (!holds || !target.is_key) return place;
    place.path.pop_back();
    at(before, last.columns.front());
    return place;
}

std::optional<model::ColumnOrigin> source_of(model::Model const& model, resource::Target const& target) {
    if (auto const* relationship = target.is_key ? referred_by(model[target.entity], target.column) : nullptr)
        return model::ColumnOrigin{relationship->target, relationship->target_columns.front()};
    if (target.path.empty()) return std::nullopt;
    return model::ColumnOrigin{target.entity, target.column};
}

}  // namespace koine::dialect
