/// @file A small database of music that tests read.
#pragma once

#include "store/sqlite/testing.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace koine::store::sqlite::testing {

inline constexpr char const* kMusic = R"(
    CREATE TABLE artist(id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE album(id INTEGER PRIMARY KEY, title TEXT, artist_id INT REFERENCES artist(id), year INT);
    CREATE INDEX album_artist ON album(artist_id);
    CREATE TABLE note(id INTEGER PRIMARY KEY, album_id INT REFERENCES album(id), text TEXT);
    INSERT INTO artist VALUES (1, 'Björk'), (2, 'Can'), (3, 'Nobody');
    INSERT INTO album VALUES (1, 'Debut', 1, 1993), (2, 'Post', 1, 1995), (3, 'Ege Bamyası', 2, 1972), (4, 'Lost', NULL, NULL);
    INSERT INTO note VALUES (1, 3, 'a'), (2, 1, 'b'), (3, 3, 'c'), (4, NULL, 'd');
)";

class MusicTest : public ::testing::Test {
protected:
    MusicTest() {
        ForeignProgram(folder_.file()).run(kMusic);
        open();
    }
    void open(SqliteOptions options = {}) {
        worker_.reset();
        options.file = folder_.file();
        store_ = open_sqlite(options).value();
        worker_ = std::make_unique<Worker>(*store_);
    }
    Builder make() const { return Builder(store_->model()); }
    query::Plan root(std::string_view entity, std::vector<std::string_view> columns) const {
        query::Plan plan;
        auto& step = plan.steps.emplace_back();
        step.select.sources = {make().root(0, entity)};
        for (auto name : columns) step.select.columns.push_back(make().column(0, entity, name));
        return plan;
    }
    /// Adds a child step: its key column equals the parent's cell 0.
    query::Step& child(
        query::Plan& plan, std::uint32_t parent, std::string_view entity, std::string_view key, std::vector<std::string_view> columns
    ) {
        auto alias = static_cast<query::Alias>(plan.steps.size());
        auto& step = plan.steps.emplace_back();
        step.parent = parent;
        step.parent_cells = {0};
        step.keys = {make().column(alias, entity, key)};
        step.select.sources = {make().root(alias, entity)};
        for (auto name : columns) step.select.columns.push_back(make().column(alias, entity, name));
        return step;
    }
    static query::OrderBy by(query::Expression expression, query::Direction direction = query::Direction::ascending) {
        return {.expression = std::move(expression), .direction = direction, .nulls = std::nullopt};
    }

    TemporaryFolder folder_;
    std::shared_ptr<Store> store_;
    std::unique_ptr<Worker> worker_;
    query::Rows rows_;
};

}  // namespace koine::store::sqlite::testing
