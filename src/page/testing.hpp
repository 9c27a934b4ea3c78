/// @file Databases for the tests of pages.
#pragma once

#include "dialect/dialect.hpp"
#include "model/schema.hpp"
#include "page/start_page.hpp"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace koine::page::testing {

/// Tables of that name, each with the columns `id` (the key), `name`, and `TARGET_id` for each table it refers to (by place).
struct TableSketch {
    std::string name;
    std::vector<std::size_t> refers_to;
};

inline model::Model sketch(std::vector<TableSketch> const& tables) {
    model::Model model;
    for (auto const& table : tables) {
        auto& entity = model.entities.emplace_back();
        entity.name = table.name;
        auto const add = [&](std::string name, std::string declared, model::Type type, bool nullable) {
            auto& column = entity.columns.emplace_back();
            column.name = std::move(name);
            column.declared_type = std::move(declared);
            column.type = type;
            column.nullable = nullable;
        };
        add("id", "INTEGER", model::Type::bigint, false);
        add("name", "TEXT", model::Type::text, false);
        entity.primary_key = model::Key{"", {0}};
        for (auto const target : table.refers_to) {
            add(tables[target].name + "_id", "INTEGER", model::Type::bigint, true);
            auto const column = static_cast<model::ColumnId>(entity.columns.size() - 1);
            entity.foreign_keys.push_back({"", {column}, static_cast<model::EntityId>(target), {0}});
        }
    }
    model.index();
    model.derive_relationships();
    return model;
}

/// What the start page of that model is made of, in the plain dialect. The dialect must outlive the facts.
inline StartFacts facts_of(model::Model const& model, dialect::Dialect const& dialect) {
    StartFacts facts;
    facts.model = &model;
    facts.title = "shop.db";
    facts.database = "SQLite 3.40.1";
    facts.version = "0.1.0";
    facts.served.push_back({&dialect, "http://localhost:3000", "/-/openapi.json"});
    return facts;
}

}  // namespace koine::page::testing
