#include "store/sqlite/declared_type.hpp"
#include "store/sqlite/introspect_parts.hpp"
#include "store/sqlite/quoted_name.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <map>
#include <set>
#include <utility>

namespace koine::store::sqlite {
namespace {

using model::ColumnId;
using model::Entity;

constexpr std::string_view kBinary = "BINARY";

/// Gives constraints their names: the declared one, else PostgreSQL's default with 1, 2 … behind it where it is taken.
class Names {
public:
    explicit Names(TableDdl const& ddl) {
        if (ddl.primary_key) reserve(ddl.primary_key->name);
        for (DdlKey const& key : ddl.unique_keys) reserve(key.name);
        for (DdlKey const& key : ddl.foreign_keys) reserve(key.name);
        for (DdlCheck const& check : ddl.checks) reserve(check.name);
    }
    std::string choose(std::string const& declared, std::string const& by_default) {
        if (!declared.empty()) return declared;
        std::string name = by_default;
        for (int i = 1; !used_.insert(name).second; ++i) name = by_default + std::to_string(i);
        return name;
    }

private:
    void reserve(std::string const& name) {
        if (!name.empty()) used_.insert(name);
    }
    std::set<std::string> used_;
};

std::string default_name(std::string const& table, std::vector<std::string> const& columns, std::string_view ending) {
    std::string name = table;
    for (std::string const& column : columns) name += "_" + column;
    return name += ending;
}

bool same_names(std::vector<std::string> const& left, std::vector<std::string> const& right) {
    return std::ranges::equal(left, right, [](std::string const& a, std::string const& b) { return same_name(a, b); });
}

std::optional<ColumnId> column_named(Entity const& entity, std::string_view name) {
    for (ColumnId id = 0; id < entity.columns.size(); ++id)
        if (same_name(entity.columns[id].name, name)) return id;
    return std::nullopt;
}

std::vector<std::string> column_names(Entity const& entity, std::vector<ColumnId> const& columns) {
    std::vector<std::string> names;
    for (ColumnId column : columns) names.push_back(entity.columns[column].name);
    return names;
}

/// Takes the declared name of the first key with these columns that is still unused.
std::string take_name(std::vector<DdlKey>& declared, std::vector<std::string> const& columns) {
    auto found = std::ranges::find_if(declared, [&](DdlKey const& key) { return same_names(key.columns, columns); });
    if (found == declared.end()) return {};
    std::string name = std::move(found->name);
    declared.erase(found);
    return name;
}

std::string collation_of(sqlite3* connection, std::string const& table, std::string const& column) {
    char const* collation = nullptr;
    int const code =
        sqlite3_table_column_metadata(connection, "main", table.c_str(), column.c_str(), nullptr, &collation, nullptr, nullptr, nullptr);
    return code == SQLITE_OK && collation != nullptr ? std::string(collation) : std::string(kBinary);
}

bool is_full_text(RelationRow const& row) {
    if (row.kind != RelationRow::Kind::virtual_table) return false;
    std::string const module = virtual_table_module(row.sql);
    return module == "fts5" || module == "fts4" || module == "fts3";
}

/// Looks at a few stored values: the first date with a time tells what stands between the two.
void sample_separators(sqlite3* connection, Entity& entity) {
    std::string sql;
    std::vector<ColumnId> sampled;
    for (ColumnId id = 0; id < entity.columns.size(); ++id) {
        if (entity.columns[id].type != model::Type::timestamp || entity.columns[id].generated) continue;
        sql += (sampled.empty() ? "SELECT " : ", ") + quoted_name(entity.columns[id].name);
        sampled.push_back(id);
    }
    if (sampled.empty()) return;
    sql += " FROM main." + quoted_name(entity.name) + " LIMIT 20";
    CatalogueQuery query(connection, sql);
    std::vector<bool> known(sampled.size(), false);
    while (query.next()) {
        for (std::size_t i = 0; i < sampled.size(); ++i) {
            std::string const value = query.text(static_cast<int>(i));
            if (known[i] || value.size() < 11 || (value[10] != ' ' && value[10] != 'T')) continue;
            entity.columns[sampled[i]].datetime_separator = value[10];
            known[i] = true;
        }
    }
}

class TableBuilder {
public:
    TableBuilder(sqlite3* connection, RelationRow const& row, TableDdl const& ddl)
        : connection_(connection),
          row_(row),
          ddl_(ddl),
          names_(ddl) {
        entity_.name = row.name;
        entity_.kind = row.kind == RelationRow::Kind::table ? model::EntityKind::table : model::EntityKind::virtual_table;
        entity_.has_rowid = !row.without_rowid;
        entity_.strict = row.strict;
        // An index of texts that stand elsewhere is kept by whoever writes those: written by itself it no longer agrees with them.
        if (is_full_text(row) && has_virtual_table_option(row.sql, "CONTENT"))
            entity_.insertable = entity_.updatable = entity_.deletable = false;
    }

    Entity build() {
        add_columns();
        add_primary_key();
        for (IndexRow const& index : row_.indexes) add_index(index);
        for (DdlCheck const& check : ddl_.checks) {
            auto one = check.columns.size() == 1 ? check.columns : std::vector<std::string>{};
            entity_.checks.push_back({names_.choose(check.name, default_name(row_.name, one, "_check")), check.expression});
        }
        if (row_.kind == RelationRow::Kind::table) sample_separators(connection_, entity_);
        return std::move(entity_);
    }

private:
    void add_columns() {
        bool const full_text = is_full_text(row_);
        for (ColumnRow const& column : row_.columns) {
            if (column.hidden == 1) continue;
            model::Column made;
            made.name = column.name;
            made.declared_type = column.type;
            made.type = full_text ? model::Type::text : declared_type(column.type);
            if (made.type == model::Type::timestamp && made.declared_type.ends_with(" T")) made.datetime_separator = 'T';
            made.nullable = !column.not_null;
            made.generated = column.hidden > 1;
            made.default_value = column.default_value;
            collations_.push_back(
                row_.kind == RelationRow::Kind::table ? collation_of(connection_, row_.name, column.name) : std::string(kBinary)
            );
            made.not_binary = !same_name(collations_.back(), kBinary);
            entity_.columns.push_back(std::move(made));
        }
    }

    void add_primary_key() {
        std::map<int, ColumnId> by_position;
        for (ColumnId id = 0; ColumnRow const& column : row_.columns) {
            if (column.hidden == 1) continue;
            if (column.key_position > 0) by_position.emplace(column.key_position, id);
            ++id;
        }
        if (by_position.empty()) return;
        model::Key key;
        for (auto const& [position, column] : by_position) key.columns.push_back(column);
        key.name = names_.choose(ddl_.primary_key ? ddl_.primary_key->name : std::string(), row_.name + "_pkey");
        // No index of its own: the column is the rowid, which is never null and always found by.
        bool const has_index = std::ranges::any_of(row_.indexes, [](IndexRow const& index) { return index.origin == 'p'; });
        if (!has_index && row_.kind == RelationRow::Kind::table && key.columns.size() == 1) {
            entity_.columns[key.columns.front()].nullable = false;
            entity_.indexes.push_back({key.name, key.columns, true, false});
        }
        entity_.primary_key = std::move(key);
    }

    /// A column whose own comparison is not the index's is not found by it.
    bool is_usable(IndexRow::Part const& part) const {
        auto const column = static_cast<std::size_t>(part.column);
        return part.column >= 0 && column < collations_.size() && same_name(collations_[column], part.collation);
    }

    /// Unique by the index is unique by the column's comparison too, if that is the same or the strictest.
    bool is_unique_part(IndexRow::Part const& part) const {
        auto const column = static_cast<std::size_t>(part.column);
        return is_usable(part) || (part.column >= 0 && column < collations_.size() && same_name(collations_[column], kBinary));
    }

    void add_index(IndexRow const& row) {
        std::vector<ColumnId> usable;
        for (IndexRow::Part const& part : row.parts) {
            if (!is_usable(part)) break;
            usable.push_back(static_cast<ColumnId>(part.column));
        }
        bool const whole = usable.size() == row.parts.size();
        std::string name = row.name;
        if (row.origin == 'p' && entity_.primary_key) name = entity_.primary_key->name;
        if (row.unique && !row.partial && row.origin != 'p' &&
            std::ranges::all_of(row.parts, [&](auto const& part) { return is_unique_part(part); }))
            name = add_unique_key(row);
        if (!usable.empty()) entity_.indexes.push_back({std::move(name), std::move(usable), row.unique && whole, row.partial});
    }

    std::string add_unique_key(IndexRow const& row) {
        model::Key key;
        for (IndexRow::Part const& part : row.parts) key.columns.push_back(static_cast<ColumnId>(part.column));
        auto const columns = column_names(entity_, key.columns);
        key.name = row.origin == 'c' ? row.name : names_.choose(take_name(unique_keys_, columns), default_name(row_.name, columns, "_key"));
        entity_.unique_keys.push_back(key);
        return key.name;
    }

    sqlite3* connection_;
    RelationRow const& row_;
    TableDdl const& ddl_;
    Names names_;
    std::vector<DdlKey> unique_keys_ = ddl_.unique_keys;
    std::vector<std::string> collations_;
    Entity entity_;
};

/// Finds a table by a name as a foreign key spells it: letter case does not matter.
std::optional<model::EntityId> table_named(model::Model const& model, std::string_view name) {
    if (auto exact = model.entity(name); exact && model[*exact].kind == model::EntityKind::table) return exact;
    for (model::EntityId id = 0; id < model.entities.size(); ++id)
        if (model[id].kind == model::EntityKind::table && same_name(model[id].name, name)) return id;
    return std::nullopt;
}

/// The columns a foreign key points at; a sentence why not, if it cannot be followed.
struct Target {
    model::EntityId entity = 0;
    std::vector<ColumnId> columns;
    std::string fault;
};

Target target_of(model::Model const& model, ForeignKeyRow const& key) {
    Target target;
    auto parent = table_named(model, key.parent);
    if (!parent) return {0, {}, "there is no table '" + key.parent + "'"};
    target.entity = *parent;
    Entity const& entity = model[*parent];
    bool const implicit = std::ranges::any_of(key.to, [](auto const& name) { return !name; });
    if (implicit && entity.primary_key) target.columns = entity.primary_key->columns;
    for (auto const& name : key.to) {
        if (implicit) break;
        auto column = column_named(entity, *name);
        if (!column) return {0, {}, "'" + entity.name + "' has no column '" + *name + "'"};
        target.columns.push_back(*column);
    }
    if (target.columns.size() != key.from.size())
        return {
            0,
            {},
            "it has " + std::to_string(key.from.size()) + " columns, the key of '" + entity.name + "' " +
                std::to_string(target.columns.size())
        };
    if (!entity.is_unique(target.columns)) return {0, {}, "the columns it refers to are not unique in '" + entity.name + "'"};
    return target;
}

}  // namespace

model::Entity table_entity(sqlite3* connection, RelationRow const& row, TableDdl const& ddl) {
    return TableBuilder(connection, row, ddl).build();
}

void add_foreign_keys(model::Model& model, model::EntityId table, RelationRow const& row, TableDdl const& ddl) {
    Names names(ddl);
    std::vector<DdlKey> declared = ddl.foreign_keys;
    Entity& entity = model.entities[table];
    for (ForeignKeyRow const& key : row.foreign_keys) {
        model::ForeignKey made;
        std::vector<std::string> columns;
        for (std::string const& name : key.from) {
            if (auto column = column_named(entity, name)) made.columns.push_back(*column);
        }
        columns = column_names(entity, made.columns);
        made.name = names.choose(take_name(declared, columns), default_name(row.name, columns, "_fkey"));
        Target target = target_of(model, key);
        if (target.fault.empty() && made.columns.size() != key.from.size()) target.fault = "it names a column that is not there";
        if (!target.fault.empty()) {
            model.notes.push_back("foreign key " + made.name + " of '" + row.name + "' is left out: " + target.fault);
            continue;
        }
        made.target = target.entity;
        made.target_columns = std::move(target.columns);
        entity.foreign_keys.push_back(std::move(made));
    }
}

}  // namespace koine::store::sqlite
