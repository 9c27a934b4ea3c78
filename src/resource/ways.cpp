#include "resource/ways.hpp"

#include "resource/names.hpp"

#include <algorithm>

namespace koine::resource {

using description::Entity;
using description::Field;
using description::PathEnd;
using description::Reference;

namespace {

std::string const& name_of(description::Step const& step, std::string& buffer) {
    if (!step.inverse) return step.field->name;
    return buffer = inverse_of(*step.to, *step.field);
}

}  // namespace

bool ends_in_rows(Way const& way) {
    if (way.field == nullptr || !way.field->reference) return false;
    return way.field->reference->kind == Reference::Kind::many || way.field->reference->kind == Reference::Kind::owned;
}

std::string column_of(Way const& way) {
    if (way.field == nullptr) return "id";
    return way.part == PathEnd::Part::type ? type_column_of(*way.field) : column_of(*way.field);
}

value::Type type_of(Way const& way) {
    value::Type type;
    if (way.field != nullptr && !way.field->reference) return way.field->type;
    if (way.part == PathEnd::Part::type) return type;
    type.kind = value::Kind::integer;
    type.name = "id";
    type.wide = true;
    return type;
}

Result<model::EntityId> Ways::table(Entity const& entity) const {
    if (auto id = model_.entity(entity.name)) return *id;
    return placed(entity.place, "the tables are not the app's: there is no table " + entity.name);
}

Result<Way> Ways::follow(Entity const& from, std::string_view path, description::Place const& place) const {
    auto followed = description::follow(app_, from, path);
    if (!followed) return placed(place, followed.error());
    auto const& end = followed.value();
    Way way;
    way.entity = end.entity;
    way.field = end.field;
    way.part = end.part;
    KOINE_TRY(way.id, table(from));
    std::string buffer;
    for (auto const& step : end.steps) {
        auto const& name = name_of(step, buffer);
        auto number = model_[way.id].relationship_named(name);
        if (!number) return placed(place, "table " + model_[way.id].name + " has no relation " + name);
        way.steps.push_back(*number);
        way.id = relationship(way.id, *number).target;
    }
    if (way.entity == nullptr) way.entity = described(way.id);
    return way;
}

Result<Way> Ways::follow_rows(Entity const& from, std::string_view path, description::Place const& place) const {
    KOINE_TRY(auto way, follow(from, path, place));
    if (way.field != nullptr && way.field->reference && way.field->reference->kind != Reference::Kind::any) {
        auto number = model_[way.id].relationship_named(way.field->name);
        if (!number) return placed(place, "table " + model_[way.id].name + " has no relation " + way.field->name);
        way.steps.push_back(*number);
        way.id = relationship(way.id, *number).target;
        way.entity = described(way.id);
        way.field = nullptr;
    }
    if (way.field != nullptr || way.steps.empty()) return placed(place, "\"" + std::string(path) + "\" leads to no rows");
    return way;
}

bool Ways::is_to_one(model::EntityId from, Path const& steps) const {
    return std::ranges::all_of(steps, [&](std::uint32_t number) {
        auto const& one = relationship(from, number);
        from = one.target;
        return one.to_one();
    });
}

Result<Target> Ways::target(Entity const& from, std::string_view path, description::Place const& place) const {
    KOINE_TRY(auto way, follow(from, path, place));
    if (ends_in_rows(way)) {
        KOINE_TRY(way, follow_rows(from, path, place));
    }
    if (way.field != nullptr && way.field->computed)
        return placed(place, "\"" + std::string(path) + "\" is worked out, it cannot be compared");
    auto column = model_[way.id].column(column_of(way));
    if (!column) return placed(place, "table " + model_[way.id].name + " has no column " + column_of(way));
    Target target;
    target.path = std::move(way.steps);
    target.entity = way.id;
    target.column = *column;
    target.type = type_of(way);
    target.is_key = way.field == nullptr || (way.field->reference && way.part != PathEnd::Part::type);
    return target;
}

Result<std::vector<query::OrderTerm>> Ways::order(
    Entity const& entity, std::vector<description::OrderWord> const& words, description::Place const& place
) const {
    Ordering ordering{{}, {}, place};
    KOINE_TRY(add_order(entity, words, false, {}, ordering));
    auto is_key = [](query::OrderTerm const& one) { return one.through.empty() && one.field.name == "id"; };
    if (std::ranges::none_of(ordering.terms, is_key)) {
        query::OrderTerm key;
        key.field.name = "id";
        ordering.terms.push_back(std::move(key));
    }
    return std::move(ordering.terms);
}

Result<void> Ways::add_order(
    Entity const& entity, std::vector<description::OrderWord> const& words, bool turned, Path const& before, Ordering& ordering
) const {
    ordering.inside.push_back(&entity);
    for (auto const& word : words) {
        KOINE_TRY(auto way, follow(entity, word.path, ordering.place));
        KOINE_TRY(auto const origin, table(entity));
        if (ends_in_rows(way) || !is_to_one(origin, way.steps) || (way.field != nullptr && way.field->computed))
            return placed(ordering.place, "rows cannot be ordered by \"" + word.path + "\"");
        auto const descending = word.descending != turned;
        Path through = before;
        through.insert(through.end(), way.steps.begin(), way.steps.end());
        if (way.field != nullptr && way.field->reference && way.field->reference->kind == Reference::Kind::one) {
            auto const* target = app_.entity(way.field->reference->targets.front());
            auto number = model_[way.id].relationship_named(way.field->name);
            if (target != nullptr && number && !target->order.empty() && std::ranges::count(ordering.inside, target) == 0) {
                through.push_back(*number);
                KOINE_TRY(add_order(*target, target->order, descending, through, ordering));
                continue;
            }
        }
        query::OrderTerm term;
        term.field.name = column_of(way);
        term.through = std::move(through);
        term.direction = descending ? query::Direction::descending : query::Direction::ascending;
        term.nulls = descending ? query::Nulls::first : query::Nulls::last;
        if (std::ranges::none_of(ordering.terms, [&](auto const& one) { return one.field == term.field && one.through == term.through; }))
            ordering.terms.push_back(std::move(term));
    }
    ordering.inside.pop_back();
    return outcome::success();
}

}  // namespace koine::resource
