#include "query/relationship.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace koine::query {
namespace {

using model::Cardinality;
using model::ColumnId;
using model::Entity;
using model::EntityId;
using model::EntityKind;
using model::Model;
using model::Relationship;

struct Embed {
    Model const& model;
    EntityId origin;
    std::string_view target;
    std::string_view hint;
};

bool is_single_column(Entity const& entity, std::vector<ColumnId> const& columns, std::string_view name) {
    return columns.size() == 1 && entity.columns[columns.front()].name == name;
}

bool is_self(Embed const& embed, Relationship const& relationship) { return relationship.target == embed.origin; }

/// A relation to itself has two sides that names cannot tell apart: its own name means the children, the key's column the parent.
bool matches_plain(Embed const& embed, Relationship const& relationship) {
    auto const& origin = embed.model[embed.origin];
    auto const& target = embed.model[relationship.target];
    bool by_name = target.name == embed.target;
    bool by_column = is_single_column(origin, relationship.columns, embed.target);
    if (is_self(embed, relationship))
        return relationship.cardinality == (by_name ? Cardinality::one_to_many : Cardinality::many_to_one) && (by_name || by_column);
    if (by_name) return true;
    if (target.kind == EntityKind::view || relationship.junction) return false;
    return by_column || relationship.constraint == embed.target;
}

bool matches_hint(Embed const& embed, Relationship const& relationship) {
    auto const& origin = embed.model[embed.origin];
    auto const& target = embed.model[relationship.target];
    if (target.name != embed.target) return false;
    if (is_self(embed, relationship))
        return relationship.cardinality == Cardinality::one_to_many && is_single_column(target, relationship.target_columns, embed.hint);
    if (relationship.junction) return embed.model[relationship.junction->entity].name == embed.hint;
    return relationship.constraint == embed.hint || is_single_column(origin, relationship.columns, embed.hint) ||
           is_single_column(target, relationship.target_columns, embed.hint);
}

std::string column_list(Entity const& entity, std::vector<ColumnId> const& columns) {
    std::vector<std::string_view> names;
    for (auto id : columns) names.push_back(entity.columns[id].name);
    return fmt::format("{}", fmt::join(names, ", "));
}

Problem::Record candidate(Embed const& embed, Relationship const& relationship) {
    auto const& origin = embed.model[embed.origin];
    auto const& target = embed.model[relationship.target];
    std::string by;
    if (auto const& junction = relationship.junction) {
        auto const& middle = embed.model[junction->entity];
        by = fmt::format(
            "{} using {}({}) and {}({})",
            middle.name,
            relationship.constraint,
            column_list(middle, junction->origin_columns),
            junction->target_constraint,
            column_list(middle, junction->target_columns)
        );
    } else {
        by = fmt::format(
            "{} using {}({}) and {}({})",
            relationship.constraint,
            origin.name,
            column_list(origin, relationship.columns),
            target.name,
            column_list(target, relationship.target_columns)
        );
    }
    return {
        {"cardinality", std::string(to_string(relationship.cardinality))},
        {"embedding", fmt::format("{} with {}", origin.name, target.name)},
        {"relationship", std::move(by)}
    };
}

/// The hint that means this relationship and no other of its target.
std::string_view hint_for(Embed const& embed, Relationship const& relationship) {
    if (relationship.junction) return embed.model[relationship.junction->entity].name;
    auto const& columns = relationship.target_columns;
    if (is_self(embed, relationship) && columns.size() == 1) return embed.model[relationship.target].columns[columns.front()].name;
    return relationship.constraint;
}

Problem ambiguous(Embed const& embed, std::vector<Relationship const*> const& found) {
    std::vector<Problem::Record> records;
    std::vector<std::string> choices;
    for (auto const* relationship : found) {
        records.push_back(candidate(embed, *relationship));
        auto const& target = embed.model[relationship->target].name;
        choices.push_back(fmt::format("'{}!{}'", target, hint_for(embed, *relationship)));
    }
    return Problem(Reason::ambiguous_relationship)
        .with("origin", embed.model[embed.origin].name)
        .with("target", embed.target)
        .with("suggestion", fmt::format("{}", fmt::join(choices, ", ")))
        .with_records(std::move(records));
}

Problem unknown(Embed const& embed, std::string_view schema) {
    auto const& origin = embed.model[embed.origin];
    auto problem = Problem(Reason::unknown_relationship).with("schema", schema).with("origin", origin.name).with("target", embed.target);
    if (!embed.hint.empty()) return std::move(problem).with("hint", embed.hint);
    std::vector<std::string_view> names;
    for (auto const& relationship : origin.relationships) names.push_back(embed.model[relationship.target].name);
    auto suggestion = model::nearest(embed.target, names);
    return suggestion && *suggestion != embed.target ? std::move(problem).with("suggestion", *suggestion) : problem;
}

}  // namespace

Result<Relationship const*> find_relationship(
    Model const& model, EntityId origin, std::string_view target, std::string_view hint, std::string_view schema
) {
    Embed embed{model, origin, target, hint};
    std::vector<Relationship const*> found;
    for (auto const& relationship : model[origin].relationships)
        if (hint.empty() ? matches_plain(embed, relationship) : matches_hint(embed, relationship)) found.push_back(&relationship);
    if (found.size() == 1) return found.front();
    if (found.empty()) return unknown(embed, schema);
    return ambiguous(embed, found);
}

}  // namespace koine::query
