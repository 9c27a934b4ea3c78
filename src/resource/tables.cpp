#include "resource/tables.hpp"

#include "resource/names.hpp"

#include <map>
#include <utility>

namespace koine::resource {
namespace {

using description::Entity;
using description::Field;
using description::Reference;
using store::WantedColumn;
using store::WantedTable;

store::OnDelete on_delete(description::OnDelete said) {
    switch (said) {
        case description::OnDelete::protect: return store::OnDelete::restrict;
        case description::OnDelete::cascade: return store::OnDelete::cascade;
        case description::OnDelete::set_null: return store::OnDelete::set_null;
    }
    return store::OnDelete::restrict;
}

WantedColumn key_column(std::string name, bool nullable, std::string target = {}, store::OnDelete then = store::OnDelete::restrict) {
    WantedColumn column;
    column.name = std::move(name);
    column.type = model::Type::bigint;
    column.nullable = nullable;
    column.target = std::move(target);
    column.on_delete = then;
    return column;
}

WantedColumn plain_column(Field const& field) {
    WantedColumn column;
    column.name = column_of(field);
    column.type = value::stored_as(field.type);
    column.nullable = field.nullable;
    auto const& otherwise = field.otherwise;
    if (otherwise && otherwise->kind == description::Default::Kind::literal)
        column.default_text = otherwise->null ? "null" : otherwise->text;
    else if (!otherwise && field.blank && !field.nullable && column.type == model::Type::text)
        column.default_text = "";
    return column;
}

/// What a field adds to its table.
void add_field(Field const& field, WantedTable& table) {
    if (field.computed) return;
    auto const column = column_of(field);
    if (!field.reference) {
        table.columns.push_back(plain_column(field));
        if (field.indexed) table.indexes.push_back({column});
    } else if (field.reference->kind == Reference::Kind::one) {
        table.columns.push_back(key_column(column, field.nullable, field.reference->targets.front(), on_delete(field.reference->on_delete))
        );
        if (!field.unique) table.indexes.push_back({column});
    } else if (field.reference->kind == Reference::Kind::any) {
        WantedColumn type;
        type.name = type_column_of(field);
        type.nullable = field.nullable;
        table.columns.push_back(std::move(type));
        table.columns.push_back(key_column(column, field.nullable));
        table.indexes.push_back({type_column_of(field), column});
    } else {
        return;
    }
    if (field.unique) table.uniques.push_back({column});
}

std::vector<std::string> columns_of(Entity const& entity, description::UniqueTogether const& together) {
    std::vector<std::string> columns;
    for (auto const& name : together.fields) {
        auto const* field = entity.field(name);
        if (field == nullptr) continue;
        if (field->reference && field->reference->kind == Reference::Kind::any) columns.push_back(type_column_of(*field));
        columns.push_back(column_of(*field));
    }
    return columns;
}

WantedTable junction(Entity const& entity, Field const& field) {
    WantedTable table;
    table.name = junction_of(entity, field);
    table.numbered = false;
    table.columns.push_back(key_column("source_id", false, entity.name, store::OnDelete::cascade));
    table.columns.push_back(key_column("target_id", false, field.reference->targets.front(), store::OnDelete::cascade));
    table.indexes.push_back({"target_id"});
    return table;
}

}  // namespace

std::vector<WantedTable> tables_of(description::App const& app) {
    std::vector<WantedTable> tables;
    std::map<std::string, std::size_t, std::less<>> places;
    for (auto const& entity : app.entities) {
        WantedTable table;
        table.name = entity.name;
        for (auto const& field : entity.fields) add_field(field, table);
        for (auto const& together : entity.uniques) table.uniques.push_back(columns_of(entity, together));
        places.emplace(entity.name, tables.size());
        tables.push_back(std::move(table));
    }
    for (auto const& entity : app.entities) {
        for (auto const& field : entity.fields) {
            if (!field.reference) continue;
            if (field.reference->kind == Reference::Kind::many) tables.push_back(junction(entity, field));
            if (field.reference->kind != Reference::Kind::owned) continue;
            auto found = places.find(field.reference->targets.front());
            if (found == places.end()) continue;
            auto& target = tables[found->second];
            // Nullable: rows of one entity may be owned by those of several.
            target.columns.push_back(key_column(owner_column_of(entity, field), true, entity.name, store::OnDelete::cascade));
            target.indexes.push_back({owner_column_of(entity, field)});
        }
    }
    return tables;
}

}  // namespace koine::resource
