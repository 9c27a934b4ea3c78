/// @file Draft: an app while it is read, and what of it is known to be broken, so that one mistake is told once.
#pragma once

#include "description/notation.hpp"

#include <optional>
#include <set>
#include <string>
#include <utility>

namespace koine::description {

/// What a path may be.
enum class Want : std::uint8_t {
    value,  ///< to-one steps to a field or a key
    any,    ///< any steps to a field or a key
    shown,  ///< to-one steps to a field, a key, or related rows
    rows    ///< to-one steps to related rows, of any number
};

struct Draft {
    App app;
    Collector mistakes;
    std::set<std::string, std::less<>> vague_entities;           ///< fields of theirs are not known: unknown ones are not told
    std::set<std::pair<std::string, std::string>> vague_fields;  ///< entity and field: neither type nor reference are known
    std::set<std::string, std::less<>> vague_inverses;           ///< names that broken references may have had

    std::set<std::string, std::less<>> vague_scripts;  ///< names of files that are there, but broken

    void blur(Entity const& entity, Field const& field);
    /// The entity that the node names; null if there is none, which is told unless it is broken itself.
    Entity const* entity_at(yaml::Node const& node);
    /// The end of the path; nothing if there is none, which is told at the node unless it follows from another mistake.
    std::optional<PathEnd> path(yaml::Node const& node, Entity const& from, std::string_view path, Want want);
    /// What a formula's name is; `any` if it leads to something broken, nothing (and `why`) if there is no such value.
    std::optional<expression::Class> class_of(Entity const& from, std::string_view relation, std::string_view path, std::string& why) const;
    /// Whether nothing is known of the field at the end.
    bool is_vague(PathEnd const& end) const;
};

/// Where a path stops.
struct Stop {
    Entity const* entity = nullptr;
    std::string word;
    std::string message;
};
/// As `follow`, telling where it stops.
std::optional<PathEnd> walk(App const& app, Entity const& from, std::string_view path, Stop& stop);
/// Whose rows are at the end of a path to related rows: of a reference to one entity, or of an inverse name; null if it ends elsewhere.
Entity const* rows_at(App const& app, PathEnd const& end, std::string_view path);
/// The class that values of the type have in formulas.
expression::Class class_of(value::Type const& type);

/// A formula over the entity, told at its node if it is none. `wanted` any: of any class.
/// @param used is called with every field that it names.
std::shared_ptr<expression::Formula const> read_formula(
    Draft& draft,
    yaml::Node const& node,
    Entity const& entity,
    expression::Class wanted,
    std::function<void(PathEnd const&)> const& used = {}
);
/// "AS{asn} - {name}", {{ and }} for braces; nothing if it is broken, which is told.
std::optional<TextTemplate> read_template(Draft& draft, yaml::Node const& node, std::string_view text, Entity const& entity);
/// A list of words of order.
std::vector<OrderWord> read_order(Draft& draft, std::vector<yaml::Node> const& words, Entity const& entity);

}  // namespace koine::description
