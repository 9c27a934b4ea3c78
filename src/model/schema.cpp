#include "model/schema.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace koine::model {
namespace {

struct TypeName {
    std::string_view name;
    Type type;
};

constexpr std::array kSqlNames{
    TypeName{"boolean", Type::boolean},
    TypeName{"smallint", Type::smallint},
    TypeName{"integer", Type::integer},
    TypeName{"bigint", Type::bigint},
    TypeName{"double precision", Type::real},
    TypeName{"numeric", Type::numeric},
    TypeName{"text", Type::text},
    TypeName{"uuid", Type::uuid},
    TypeName{"date", Type::date},
    TypeName{"time without time zone", Type::time},
    TypeName{"timestamp without time zone", Type::timestamp},
    TypeName{"json", Type::json},
    TypeName{"bytea", Type::blob},
    TypeName{"text", Type::dynamic},
};

/// Names a cast may use beyond the SQL names; lower case, single blanks.
constexpr std::array kAliases{
    TypeName{"bool", Type::boolean},
    TypeName{"int2", Type::smallint},
    TypeName{"smallserial", Type::smallint},
    TypeName{"int", Type::integer},
    TypeName{"int4", Type::integer},
    TypeName{"serial", Type::integer},
    TypeName{"int8", Type::bigint},
    TypeName{"bigserial", Type::bigint},
    TypeName{"real", Type::real},
    TypeName{"float", Type::real},
    TypeName{"float4", Type::real},
    TypeName{"float8", Type::real},
    TypeName{"double", Type::real},
    TypeName{"decimal", Type::numeric},
    TypeName{"dec", Type::numeric},
    TypeName{"varchar", Type::text},
    TypeName{"character varying", Type::text},
    TypeName{"char", Type::text},
    TypeName{"character", Type::text},
    TypeName{"bpchar", Type::text},
    TypeName{"citext", Type::text},
    TypeName{"name", Type::text},
    TypeName{"time", Type::time},
    TypeName{"timestamp", Type::timestamp},
    TypeName{"timestamptz", Type::timestamp},
    TypeName{"timestamp with time zone", Type::timestamp},
    TypeName{"datetime", Type::timestamp},
    TypeName{"jsonb", Type::json},
    TypeName{"blob", Type::blob},
};

/// `varchar(20)` and `numeric(5,2)` name the type before the parenthesis.
std::string_view without_length(std::string_view name) {
    if (auto open = name.find('('); open != std::string_view::npos && name.ends_with(')')) name = name.substr(0, open);
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    return name;
}

bool contains_all(std::vector<ColumnId> const& whole, std::vector<ColumnId> const& part) {
    return std::ranges::all_of(part, [&](ColumnId column) { return std::ranges::find(whole, column) != whole.end(); });
}

}  // namespace

std::string_view sql_name(Type type) { return kSqlNames[static_cast<std::size_t>(type)].name; }

std::optional<Type> type_named(std::string_view name) {
    name = without_length(name);
    auto is_named = [&](TypeName const& known) { return ascii_equal(known.name, name); };
    if (auto const* found = std::ranges::find_if(kSqlNames, is_named); found != kSqlNames.end()) return found->type;
    if (auto const* found = std::ranges::find_if(kAliases, is_named); found != kAliases.end()) return found->type;
    return std::nullopt;
}

bool is_integer(Type type) { return type == Type::smallint || type == Type::integer || type == Type::bigint; }
bool is_number(Type type) { return is_integer(type) || type == Type::real || type == Type::numeric; }
bool is_textual(Type type) { return type == Type::text || type == Type::uuid || type == Type::dynamic; }

std::string_view to_string(Cardinality cardinality) {
    switch (cardinality) {
        case Cardinality::many_to_one: return "many-to-one";
        case Cardinality::one_to_many: return "one-to-many";
        case Cardinality::one_to_one: return "one-to-one";
        case Cardinality::many_to_many: break;
    }
    return "many-to-many";
}

std::optional<ColumnId> Entity::column(std::string_view wanted) const {
    auto found = column_by_name.find(wanted);
    if (found == column_by_name.end()) return std::nullopt;
    return found->second;
}

bool Entity::is_rowid(ColumnId id) const {
    return kind == EntityKind::table && has_rowid && primary_key && primary_key->columns.size() == 1 &&
           primary_key->columns.front() == id && ascii_equal(columns[id].declared_type, "INTEGER");
}

bool Entity::is_required(ColumnId id) const {
    auto const& column = columns[id];
    return !column.nullable && !column.default_value && !column.generated && !is_rowid(id);
}

std::optional<std::uint32_t> Entity::relationship_named(std::string_view wanted) const {
    if (wanted.empty()) return std::nullopt;
    auto found = std::ranges::find(relationships, wanted, &Relationship::name);
    if (found == relationships.end()) return std::nullopt;
    return static_cast<std::uint32_t>(found - relationships.begin());
}

bool Entity::has_index_on(std::vector<ColumnId> const& wanted) const {
    if (wanted.empty()) return false;
    return std::ranges::any_of(indexes, [&](Index const& index) {
        if (index.partial || index.columns.size() < wanted.size()) return false;
        std::vector<ColumnId> leading(index.columns.begin(), index.columns.begin() + static_cast<std::ptrdiff_t>(wanted.size()));
        return contains_all(wanted, leading) && contains_all(leading, wanted);
    });
}

bool Entity::is_indexed(ColumnId column) const {
    return std::ranges::any_of(indexes, [&](Index const& index) {
        return std::ranges::find(index.columns, column) != index.columns.end();
    });
}

bool Entity::is_unique(std::vector<ColumnId> const& wanted) const {
    auto covered = [&](Key const& key) { return !key.columns.empty() && contains_all(wanted, key.columns); };
    return (primary_key && covered(*primary_key)) || std::ranges::any_of(unique_keys, covered);
}

std::optional<EntityId> Model::entity(std::string_view name) const {
    auto found = entity_by_name.find(name);
    if (found == entity_by_name.end()) return std::nullopt;
    return found->second;
}

void Model::index() {
    entity_by_name.clear();
    for (EntityId id = 0; id < entities.size(); ++id) {
        Entity& entity = entities[id];
        entity_by_name.emplace(entity.name, id);
        entity.column_by_name.clear();
        for (ColumnId column = 0; column < entity.columns.size(); ++column)
            entity.column_by_name.emplace(entity.columns[column].name, column);
    }
}

}  // namespace koine::model
