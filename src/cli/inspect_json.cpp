#include "base/utf8.hpp"
#include "cli/embeds.hpp"
#include "cli/inspect.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

namespace koine::cli {
namespace {

namespace json = boost::json;
using model::Entity;
using model::Model;

/// JSON is UTF-8; a name in a file may be anything.
json::string text(std::string_view raw) {
    return first_invalid_utf8(raw) == std::string_view::npos ? json::string(raw) : json::string(printable(raw));
}

json::value text_or_null(std::string_view raw) { return raw.empty() ? json::value(nullptr) : json::value(text(raw)); }

json::array names(Entity const& entity, std::vector<model::ColumnId> const& columns) {
    json::array array;
    for (auto name : names_of(entity, columns)) array.emplace_back(text(name));
    return array;
}

json::object key_of(Entity const& entity, model::Key const& key) {
    return {{"name", text(key.name)}, {"columns", names(entity, key.columns)}};
}

json::object column_of(Model const& model, model::Column const& column) {
    json::object object = {
        {"name", text(column.name)},
        {"type", model::sql_name(column.type)},
        {"declared", text(column.declared_type)},
        {"nullable", column.nullable},
        {"generated", column.generated},
        {"default", column.default_value ? json::value(text(*column.default_value)) : json::value(nullptr)},
    };
    if (column.origin) {
        auto const& table = model[column.origin->entity];
        object["origin"] = {{"entity", text(table.name)}, {"column", text(table.columns[column.origin->column].name)}};
    }
    return object;
}

json::object foreign_key_of(Model const& model, Entity const& entity, model::ForeignKey const& key) {
    auto const& target = model[key.target];
    return {
        {"name", text(key.name)},
        {"columns", names(entity, key.columns)},
        {"target", text(target.name)},
        {"target_columns", names(target, key.target_columns)}
    };
}

json::object relationship_of(Model const& model, Entity const& entity, Embed const& embed) {
    auto const& relationship = *embed.relationship;
    auto const& target = model[relationship.target];
    auto const junction = relationship.junction ? std::string_view(model[relationship.junction->entity].name) : std::string_view();
    return {
        {"embed", text_or_null(embed.written)},
        {"cardinality", to_string(relationship.cardinality)},
        {"target", text(target.name)},
        {"constraint", text(relationship.constraint)},
        {"columns", names(entity, relationship.columns)},
        {"target_columns", names(target, relationship.target_columns)},
        {"junction", text_or_null(junction)}
    };
}

json::object entity_of(Model const& model, model::EntityId id) {
    auto const& entity = model[id];
    json::array columns;
    for (auto const& column : entity.columns) columns.emplace_back(column_of(model, column));
    json::array unique_keys;
    for (auto const& key : entity.unique_keys) unique_keys.emplace_back(key_of(entity, key));
    json::array foreign_keys;
    for (auto const& key : entity.foreign_keys) foreign_keys.emplace_back(foreign_key_of(model, entity, key));
    json::array checks;
    for (auto const& check : entity.checks) checks.push_back({{"name", text(check.name)}, {"expression", text(check.expression)}});
    json::array relationships;
    for (auto const& embed : embeds_of(model, id, kMostEmbeds)) relationships.emplace_back(relationship_of(model, entity, embed));
    return {
        {"name", text(entity.name)},
        {"kind", to_string(entity.kind)},
        {"strict", entity.strict},
        {"columns", std::move(columns)},
        {"primary_key", entity.primary_key ? json::value(key_of(entity, *entity.primary_key)) : json::value(nullptr)},
        {"unique_keys", std::move(unique_keys)},
        {"foreign_keys", std::move(foreign_keys)},
        {"checks", std::move(checks)},
        {"relationships", std::move(relationships)},
        {"relationships_in_all", entity.relationships.size()}
    };
}

}  // namespace

std::string inspect_json(Model const& model, std::string_view file) {
    json::array entities;
    for (model::EntityId id = 0; id < model.entities.size(); ++id) entities.emplace_back(entity_of(model, id));
    json::array notes;
    for (auto const& note : model.notes) notes.emplace_back(text(note));
    return json::serialize(
        json::object{{"file", text(file)}, {"version", model.version}, {"entities", std::move(entities)}, {"notes", std::move(notes)}}
    );
}

}  // namespace koine::cli
