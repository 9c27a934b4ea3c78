/// @file For tests: models written in a few words.
#pragma once

#include "model/schema.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace koine::query::testing {

inline std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> all;
    for (std::size_t at = 0; at < text.size();) {
        auto end = std::min(text.find(' ', at), text.size());
        if (end > at) all.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return all;
}

/// Makes a model from lines such as `table("album", "id:bigint! title:text artist_id:integer", "id")`; `!` means NOT NULL, and
/// a type of no meaning makes the column dynamic.
class ModelBuilder {
public:
    ModelBuilder& table(std::string name, std::string_view columns, std::string_view primary_key = "id") {
        model::Entity entity;
        entity.name = std::move(name);
        for (auto const& word : words(columns)) {
            auto colon = word.find(':');
            model::Column column;
            column.name = word.substr(0, colon);
            auto type = colon == word.npos ? "" : word.substr(colon + 1);
            if ((column.nullable = !type.ends_with('!')) == false) type.pop_back();
            if (auto known = model::type_named(type)) column.type = *known;
            entity.columns.push_back(std::move(column));
        }
        if (!primary_key.empty()) entity.primary_key = model::Key{entity.name + "_pkey", ids(entity, primary_key)};
        made_.entities.push_back(std::move(entity));
        return *this;
    }
    /// A view of some columns of a table under their own names, then of expressions (as in `table`).
    ModelBuilder& view(std::string name, std::string_view of, std::string_view columns, std::string_view expressions = "") {
        auto table_id = id(of);
        table(std::move(name), expressions, "");
        auto& entity = made_.entities.back();
        entity.kind = model::EntityKind::view;
        auto const& from = made_.entities[table_id];
        std::vector<model::Column> shown;
        for (auto column : ids(from, columns)) {
            shown.push_back(from.columns[column]);
            shown.back().nullable = true;
            shown.back().origin = model::ColumnOrigin{table_id, column};
        }
        entity.columns.insert(entity.columns.begin(), shown.begin(), shown.end());
        return *this;
    }
    ModelBuilder& references(
        std::string_view table, std::string name, std::string_view columns, std::string_view target, std::string_view keys
    ) {
        auto& entity = made_.entities[id(table)];
        entity.foreign_keys.push_back({std::move(name), ids(entity, columns), id(target), ids(made_.entities[id(target)], keys)});
        return *this;
    }
    ModelBuilder& unique(std::string_view table, std::string_view columns) {
        auto& entity = made_.entities[id(table)];
        entity.unique_keys.push_back({"unique", ids(entity, columns)});
        return *this;
    }
    model::Model build() {
        made_.index();
        made_.derive_relationships();
        return std::move(made_);
    }

private:
    model::EntityId id(std::string_view name) const {
        for (model::EntityId i = 0; i < made_.entities.size(); ++i)
            if (made_.entities[i].name == name) return i;
        return static_cast<model::EntityId>(made_.entities.size());
    }
    static std::vector<model::ColumnId> ids(model::Entity const& entity, std::string_view names) {
        std::vector<model::ColumnId> all;
        for (auto const& name : words(names))
            for (model::ColumnId i = 0; i < entity.columns.size(); ++i)
                if (entity.columns[i].name == name) all.push_back(i);
        return all;
    }

    model::Model made_;
};

/// The data set of the default dialect's proof, as far as it matters to plans.
inline model::Model music() {
    return ModelBuilder()
        .table("artist", "id:bigint! name:text! country:text rating:numeric active:boolean meta:json bio:text founded:date")
        .table("album", "id:bigint! title:text artist_id:bigint price:numeric score:real released:timestamp cover:blob uid:uuid")
        .table("genre", "id:bigint! name:text")
        .table("album_genre", "album_id:bigint! genre_id:bigint! place:integer", "album_id genre_id")
        .table("profile", "artist_id:bigint! url:text", "artist_id")
        .table("employee", "id:bigint! name:text reports_to:bigint buddy_id:bigint")
        .table("node", "id:bigint! parent_id:bigint next_id:bigint")
        .table("person", "id:bigint! name:text")
        .table("friendship", "one:bigint! other:bigint!", "one other")
        .table("address", "id:bigint! city:text")
        .table("orders", "id:bigint! ref:text billing_id:bigint shipping_id:bigint")
        .table("region", "country:text! code:any! name:text", "country code")
        .table("shop", "id:bigint! name:text country:text code")
        .table("nopk", "a:integer b", "")
        .view("album_v", "album", "id title artist_id")
        .view("artist_count", "album", "artist_id", "n")
        .references("album", "album_artist_id_fkey", "artist_id", "artist", "id")
        .references("album_genre", "album_genre_album_id_fkey", "album_id", "album", "id")
        .references("album_genre", "album_genre_genre_id_fkey", "genre_id", "genre", "id")
        .references("profile", "profile_artist_id_fkey", "artist_id", "artist", "id")
        .references("employee", "employee_reports_to_fkey", "reports_to", "employee", "id")
        .references("employee", "employee_buddy_id_fkey", "buddy_id", "employee", "id")
        .references("node", "node_parent_id_fkey", "parent_id", "node", "id")
        .references("node", "node_next_id_fkey", "next_id", "node", "id")
        .unique("node", "next_id")
        .references("friendship", "friendship_one_fkey", "one", "person", "id")
        .references("friendship", "friendship_other_fkey", "other", "person", "id")
        .references("orders", "orders_billing_fk", "billing_id", "address", "id")
        .references("orders", "orders_shipping_fk", "shipping_id", "address", "id")
        .references("shop", "shop_region_fkey", "country code", "region", "country code")
        .build();
}

}  // namespace koine::query::testing
