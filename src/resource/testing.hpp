/// @file For tests: an app on a database of its own, the model that a database with an app's tables would have, and selections as compact text.
#pragma once

#include "query/selection.hpp"
#include "resource/resource.hpp"
#include "resource/tables.hpp"
#include "store/sqlite/testing.hpp"
#include "store/tables.hpp"

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace koine::resource::testing {

/// The app of one YAML text, which has no mistake.
inline std::shared_ptr<description::App const> app_of(std::string const& yaml) {
    auto loaded = description::load_app_texts({{"app.yaml", yaml}});
    for (auto const& mistake : loaded.mistakes) ADD_FAILURE() << describe(mistake);
    return loaded.app;
}

/// An app on a database of its own: a file with its tables, the store that writes it, and one worker.
class AppTest : public ::testing::Test {
protected:
    /// @param files of the app: name and text; without a mistake.
    void make_app(std::vector<std::pair<std::string, std::string>> const& files) {
        auto loaded = description::load_app_texts(files);
        for (auto const& mistake : loaded.mistakes) ADD_FAILURE() << describe(mistake);
        ASSERT_TRUE(loaded.app);
        app_ = loaded.app;
        auto migration = store::plan_migration(folder_.file(), tables_of(*app_));
        ASSERT_TRUE(migration) << describe(migration.error());
        auto migrated = store::apply_migration(folder_.file(), migration.value());
        ASSERT_TRUE(migrated) << describe(migrated.error());
        store::SqliteOptions options;
        options.file = folder_.file();
        options.write = true;
        options.durability = store::Durability::normal;
        options.extend = [app = app_](model::Model& model) { return extend(model, *app); };
        auto opened = store::open_sqlite(options);
        ASSERT_TRUE(opened) << describe(opened.error());
        store_ = std::move(opened).value();
        worker_ = std::make_unique<store::sqlite::testing::Worker>(*store_);
    }

    void run_sql(std::string const& text) { store::sqlite::testing::ForeignProgram(folder_.file()).run(text); }
    /// As another program sees it: cells parted by '|', rows by ' '.
    std::string stored(std::string const& text) { return store::sqlite::testing::ForeignProgram(folder_.file()).rows(text); }

    /// Runs the worker's loop until all of it is done.
    void run_to_end(Awaitable<> all) {
        boost::asio::co_spawn(worker_->loop(), std::move(all), [](std::exception_ptr failed) { EXPECT_FALSE(failed); });
        worker_->loop().restart();
        worker_->loop().run();
    }
    /// What it gives in the end.
    template <class Value>
    Result<Value> waited(Awaitable<Result<Value>> asked) {
        std::optional<Result<Value>> done;
        auto keep = [](Awaitable<Result<Value>> all, std::optional<Result<Value>>& into) -> Awaitable<> { into = co_await std::move(all); };
        run_to_end(keep(std::move(asked), done));
        return *std::move(done);
    }

    store::sqlite::testing::TemporaryFolder folder_;
    std::shared_ptr<description::App const> app_;
    std::shared_ptr<store::Store> store_;
    std::unique_ptr<store::sqlite::testing::Worker> worker_;
};

inline model::Model model_of(std::vector<store::WantedTable> tables) {
    std::ranges::sort(tables, {}, &store::WantedTable::name);
    model::Model model;
    for (auto const& table : tables) {
        model::Entity entity;
        entity.name = table.name;
        auto add = [&](std::string const& name, model::Type type, bool nullable) {
            model::Column column;
            column.name = name;
            column.type = type;
            column.nullable = nullable;
            entity.columns.push_back(std::move(column));
        };
        if (table.numbered) add("id", model::Type::bigint, false);
        for (auto const& column : table.columns) add(column.name, column.type, column.nullable);
        model::Key key;
        if (table.numbered) key.columns.push_back(0);
        for (model::ColumnId i = 0; !table.numbered && i < entity.columns.size(); ++i) key.columns.push_back(i);
        entity.indexes.push_back({"key", key.columns, true, false});
        entity.primary_key = std::move(key);
        model.entities.push_back(std::move(entity));
    }
    model.index();
    for (auto const& table : tables) {
        auto& entity = model.entities[*model.entity(table.name)];
        auto columns = [&](std::vector<std::string> const& names) {
            std::vector<model::ColumnId> ids;
            for (auto const& name : names) ids.push_back(*entity.column(name));
            return ids;
        };
        for (auto const& unique : table.uniques) {
            entity.unique_keys.push_back({"unique", columns(unique)});
            entity.indexes.push_back({"unique", columns(unique), true, false});
        }
        for (auto const& index : table.indexes) entity.indexes.push_back({"index", columns(index), false, false});
        for (auto const& column : table.columns) {
            if (column.target.empty()) continue;
            entity.foreign_keys.push_back({table.name + "_" + column.name, columns({column.name}), *model.entity(column.target), {0}});
        }
    }
    model.derive_relationships();
    return model;
}

/// What is fetched: "id#1 tags#2{slug#3} by slug".
inline std::string shown(std::vector<query::SelectItem> const& items);
inline std::string shown(query::OrderTerm const& term) {
    std::string text = term.direction == query::Direction::descending ? "-" : "";
    for (auto step : term.through) text += std::to_string(step) + ".";
    return text + term.field.name;
}
inline std::string shown(query::SelectItem const& item) {
    using Kind = query::SelectItem::Kind;
    auto text = item.kind == Kind::field ? item.field.name : item.alias;
    if (item.kind == Kind::count) text = "count(" + text + ")";
    if (item.kind == Kind::formula) text = "=" + text;
    if (item.kind == Kind::blank) text = "?" + text;
    if (item.kind == Kind::variant) text = item.target + "(" + item.type_column + "=" + item.type_word + "," + item.key_column + ")";
    text += fmt::format("#{}", item.mark);
    if (!item.items.empty()) text += "{" + shown(item.items) + "}";
    for (auto const& term : item.order) text += (&term == item.order.data() ? " by " : ",") + shown(term);
    return text;
}
inline std::string shown(std::vector<query::SelectItem> const& items) {
    std::string text;
    for (auto const& item : items) text += (text.empty() ? "" : " ") + shown(item);
    return text;
}

/// How it is laid out, in the words of Layout::Kind: "display:text('AS'2)".
inline std::string shown(query::Layout const& layout) {
    static constexpr char const* kNames[] = {
        "", "", "choice", "time", "text", "link", "constant", "row", "values", "variant", "sum", "merged"
    };
    using Kind = query::Layout::Kind;
    auto text = layout.name.empty() ? std::string() : layout.name + ":";
    text += kNames[static_cast<int>(layout.kind)];
    if (layout.mark != 0) text += std::to_string(layout.mark);
    for (auto const& one : layout.texts) {
        text += "(";
        for (std::size_t i = 0; i < one.literals.size(); ++i) {
            if (!one.literals[i].empty()) text += "'" + one.literals[i] + "'";
            if (i < one.holes.size()) text += std::to_string(one.holes[i]);
        }
        text += ")";
    }
    for (auto mark : layout.marks) text += "+" + std::to_string(mark);
    text += layout.constant;
    if (layout.kind == Kind::datetime) text += fmt::format("({},{}{})", layout.zone, layout.digits, layout.zulu ? ",Z" : "");
    if (layout.members.empty()) return text;
    text += "{";
    for (auto const& member : layout.members) text += (&member == layout.members.data() ? "" : " ") + shown(member);
    text += "}";
    if (layout.then != 0) text += "+" + std::to_string(layout.then);
    return text;
}

}  // namespace koine::resource::testing
