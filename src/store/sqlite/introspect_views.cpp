#include "base/ascii.hpp"
#include "store/sqlite/declared_type.hpp"
#include "store/sqlite/introspect_parts.hpp"
#include "store/sqlite/quoted_name.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace koine::store::sqlite {
namespace {

using model::ColumnId;
using model::Entity;
using model::EntityId;

std::string lower_case(std::string_view name) {
    std::string text(name);
    std::ranges::transform(text, text.begin(), ascii_lower);
    return text;
}

/// A trigger of a view is INSTEAD OF one of three; the word follows these two, perhaps after comments.
void add_rights(Entity& view, std::vector<std::string> const& triggers) {
    view.insertable = view.updatable = view.deletable = false;
    for (std::string const& text : triggers) {
        auto const tokens = tokenize_ddl(text);
        auto of = std::ranges::adjacent_find(tokens, [](DdlToken const& a, DdlToken const& b) { return a.is("INSTEAD") && b.is("OF"); });
        if (std::distance(of, tokens.end()) < 3) continue;
        DdlToken const& event = *std::next(of, 2);
        view.insertable = view.insertable || event.is("INSERT");
        view.updatable = view.updatable || event.is("UPDATE");
        view.deletable = view.deletable || event.is("DELETE");
    }
}

class ViewCompleter {
public:
    ViewCompleter(sqlite3* connection, model::Model& model, Catalogue const& catalogue)
        : connection_(connection),
          model_(model),
          catalogue_(catalogue) {}

    void run() {
        read_texts();
        drop_broken();
        for (EntityId id = 0; id < model_.entities.size(); ++id) by_name_.emplace(lower_case(model_[id].name), id);
        for (auto& [name, statement] : statements_) complete(model_.entities[by_name_.at(lower_case(name))], statement);
    }

private:
    struct Text {
        ViewDdl ddl;
        std::optional<bool> traceable;  ///< nothing while it is being found out
        bool asked = false;
    };

    void read_texts() {
        for (auto const& [name, row] : catalogue_.relations)
            if (row.kind == RelationRow::Kind::view)
                texts_.emplace(lower_case(name), Text{parse_create_view(row.sql), std::nullopt, false});
    }

    void drop_broken() {
        std::erase_if(model_.entities, [&](Entity const& entity) {
            if (entity.kind != model::EntityKind::view) return false;
            CatalogueQuery statement(connection_, "SELECT * FROM main." + quoted_name(entity.name));
            if (statement.failed()) {
                model_.notes.push_back("view '" + entity.name + "' is left out: " + statement.message());
                return true;
            }
            statements_.emplace(entity.name, std::move(statement));
            return false;
        });
    }

    Text* text_of(std::string_view name) {
        auto found = texts_.find(lower_case(name));
        return found == texts_.end() ? nullptr : &found->second;
    }

    /// No compound query in the view nor in any view it may be made of: there the library names one arm's table for all rows.
    bool is_traceable(Text& text) {
        if (text.asked) return text.traceable.value_or(false);
        text.asked = true;
        bool traceable = !text.ddl.compound;
        for (std::string const& name : text.ddl.names) {
            Text* inner = traceable ? text_of(name) : nullptr;
            if (inner != nullptr && inner != &text) traceable = is_traceable(*inner);
        }
        text.traceable = traceable;
        return traceable;
    }

    /// The table whose rows the view shows one by one, through any number of such views.
    std::optional<EntityId> base_of(Text const& text) {
        Text const* view = &text;
        for (std::size_t depth = 0; depth <= texts_.size() && view->ddl.plain_source; ++depth) {
            Text const* inner = text_of(*view->ddl.plain_source);
            if (inner == nullptr) {
                auto found = by_name_.find(lower_case(*view->ddl.plain_source));
                if (found == by_name_.end()) return std::nullopt;
                return found->second;
            }
            view = inner;
        }
        return std::nullopt;
    }

    /// True if the view and those below it are flattened into the query around them, so that the table's indexes serve.
    bool is_transparent(Text const& text) {
        Text const* view = &text;
        for (std::size_t depth = 0; depth <= texts_.size() && view != nullptr; ++depth) {
            if (!view->ddl.plain_source || view->ddl.ordered) return false;
            view = text_of(*view->ddl.plain_source);
        }
        return view == nullptr;
    }

    std::optional<model::ColumnOrigin> origin_of(sqlite3_stmt* statement, int column) const {
        char const* table = sqlite3_column_table_name(statement, column);
        char const* name = sqlite3_column_origin_name(statement, column);
        char const* schema = sqlite3_column_database_name(statement, column);
        if (table == nullptr || name == nullptr || schema == nullptr || !same_name(schema, "main")) return std::nullopt;
        auto entity = by_name_.find(lower_case(table));
        if (entity == by_name_.end() || model_[entity->second].kind == model::EntityKind::view) return std::nullopt;
        auto const& columns = model_[entity->second].columns;
        auto found = std::ranges::find_if(columns, [&](model::Column const& known) { return same_name(known.name, name); });
        if (found == columns.end()) return std::nullopt;
        return model::ColumnOrigin{entity->second, static_cast<ColumnId>(std::distance(columns.begin(), found))};
    }

    void complete(Entity& view, CatalogueQuery const& query) {
        Text& text = texts_.at(lower_case(view.name));
        view.has_rowid = false;
        bool const traceable = is_traceable(text);
        auto const base = traceable ? base_of(text) : std::nullopt;
        for (int i = 0; i < sqlite3_column_count(query.handle()); ++i) view.columns.push_back(column(query.handle(), i, traceable, base));
        if (base) add_keys(view, *base, is_transparent(text));
        add_rights(view, catalogue_.relations.find(view.name)->second.triggers);
    }

    model::Column column(sqlite3_stmt* statement, int i, bool traceable, std::optional<EntityId> base) const {
        model::Column made;
        if (char const* name = sqlite3_column_name(statement, i)) made.name = name;
        if (!traceable) return made;
        if (char const* type = sqlite3_column_decltype(statement, i)) made.declared_type = type;
        made.type = declared_type(made.declared_type);
        made.origin = origin_of(statement, i);
        if (!made.origin) return made;
        model::Column const& shown = model_[made.origin->entity].columns[made.origin->column];
        made.type = shown.type;
        made.not_binary = shown.not_binary;
        made.datetime_separator = shown.datetime_separator;
        // An outer join, a group or a subquery may bring null where the table has none.
        made.nullable = shown.nullable || !base || *base != made.origin->entity;
        return made;
    }

    static std::optional<ColumnId> shown(Entity const& view, EntityId base, ColumnId column) {
        auto found = std::ranges::find(view.columns, std::optional(model::ColumnOrigin{base, column}), &model::Column::origin);
        if (found == view.columns.end()) return std::nullopt;
        return static_cast<ColumnId>(std::distance(view.columns.begin(), found));
    }

    static std::vector<ColumnId> shown_prefix(Entity const& view, EntityId base, std::vector<ColumnId> const& columns) {
        std::vector<ColumnId> prefix;
        for (ColumnId column : columns) {
            auto found = shown(view, base, column);
            if (!found) break;
            prefix.push_back(*found);
        }
        return prefix;
    }

    void add_keys(Entity& view, EntityId base, bool transparent) {
        Entity const& table = model_[base];
        auto whole = [&](model::Key const& key) -> std::optional<model::Key> {
            auto columns = shown_prefix(view, base, key.columns);
            if (columns.size() != key.columns.size()) return std::nullopt;
            return model::Key{key.name, std::move(columns)};
        };
        if (table.primary_key) view.primary_key = whole(*table.primary_key);
        for (model::Key const& key : table.unique_keys)
            if (auto shown_key = whole(key)) view.unique_keys.push_back(std::move(*shown_key));
        if (!transparent || !std::ranges::all_of(view.columns, [](model::Column const& column) { return column.origin.has_value(); }))
            return;
        for (model::Index const& index : table.indexes) {
            auto columns = shown_prefix(view, base, index.columns);
            bool const unique = index.unique && columns.size() == index.columns.size();
            if (!columns.empty()) view.indexes.push_back({index.name, std::move(columns), unique, index.partial});
        }
    }

    sqlite3* connection_;
    model::Model& model_;
    Catalogue const& catalogue_;
    std::map<std::string, Text> texts_;                 ///< by lower-case name
    std::map<std::string, CatalogueQuery> statements_;  ///< by name
    std::map<std::string, EntityId> by_name_;           ///< by lower-case name
};

}  // namespace

void complete_views(sqlite3* connection, model::Model& model, Catalogue const& catalogue) {
    ViewCompleter(connection, model, catalogue).run();
}

}  // namespace koine::store::sqlite
