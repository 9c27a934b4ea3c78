#include "store/sqlite/introspect.hpp"

#include "store/sqlite/introspect_parts.hpp"

#include <utility>
#include <vector>

namespace koine::store::sqlite {

Result<model::Model> introspect(sqlite3* connection) {
    KOINE_TRY(Catalogue catalogue, read_catalogue(connection));
    model::Model model;
    model.version = catalogue.schema_version;
    model.notes = std::move(catalogue.notes);

    std::vector<TableDdl> texts;
    for (auto const& [name, row] : catalogue.relations) {
        bool const view = row.kind == RelationRow::Kind::view;
        texts.push_back(row.kind == RelationRow::Kind::table ? parse_create_table(row.sql) : TableDdl{});
        if (!view) {
            model.entities.push_back(table_entity(connection, row, texts.back()));
            continue;
        }
        model.entities.emplace_back();
        model.entities.back().name = name;
        model.entities.back().kind = model::EntityKind::view;
    }
    complete_views(connection, model, catalogue);

    model.index();
    auto text = texts.begin();
    for (auto const& [name, row] : catalogue.relations) {
        if (auto id = model.entity(name)) add_foreign_keys(model, *id, row, *text);
        ++text;
    }
    model.derive_relationships();
    return model;
}

}  // namespace koine::store::sqlite
