#include "store/sqlite/testing.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace koine::store::sqlite {
namespace {

using namespace testing;
using query::Operator;
using query::Plan;
using query::Predicate;
using query::Rows;
using query::Source;

constexpr char const* kSchema = R"(
    CREATE TABLE artist(id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE album(id INTEGER PRIMARY KEY, title TEXT, artist_id INT REFERENCES artist(id), year INT);
    CREATE INDEX album_artist ON album(artist_id);
    CREATE TABLE note(id INTEGER PRIMARY KEY, album_id INT REFERENCES album(id), text TEXT);
    INSERT INTO artist VALUES (1, 'Björk'), (2, 'Can'), (3, 'Nobody');
    INSERT INTO album VALUES (1, 'Debut', 1, 1993), (2, 'Post', 1, 1995), (3, 'Ege Bamyası', 2, 1972), (4, 'Lost', NULL, NULL);
    INSERT INTO note VALUES (1, 3, 'a'), (2, 1, 'b'), (3, 3, 'c'), (4, NULL, 'd');
)";

class SessionTest : public ::testing::Test {
protected:
    SessionTest() {
        ForeignProgram(folder_.file()).run(kSchema);
        open();
    }
    void open(SqliteOptions options = {}) {
        worker_.reset();
        options.file = folder_.file();
        store_ = open_sqlite(options).value();
        worker_ = std::make_unique<Worker>(*store_);
    }
    Builder make() const { return Builder(store_->model()); }
    Plan root(std::string_view entity, std::vector<std::string_view> columns) const {
        Plan plan;
        auto& step = plan.steps.emplace_back();
        step.select.sources = {make().root(0, entity)};
        for (auto name : columns) step.select.columns.push_back(make().column(0, entity, name));
        return plan;
    }
    /// Adds a child step: its key column equals the parent's cell 0.
    query::Step& child(
        Plan& plan, std::uint32_t parent, std::string_view entity, std::string_view key, std::vector<std::string_view> columns
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
    Rows rows_;
};

TEST_F(SessionTest, ReadsARoot) {
    ASSERT_EQ(reason(worker_->run(root("artist", {"id", "name"}), {}, rows_)), "done");
    EXPECT_EQ(shown(rows_.steps[0]), "1, 'Björk'\n2, 'Can'\n3, 'Nobody'\n");
    EXPECT_EQ(rows_.statements, 1U);
}

TEST_F(SessionTest, ReadsManyThroughAnIndexAndWithoutOne) {
    auto plan = root("artist", {"id"});
    child(plan, 0, "album", "artist_id", {"id", "title"});
    child(plan, 1, "note", "album_id", {"text"});
    ASSERT_EQ(reason(worker_->run(plan, {}, rows_)), "done");
    EXPECT_EQ(shown(rows_.steps[1]), "0: 1, 'Debut'\n0: 2, 'Post'\n1: 3, 'Ege Bamyası'\n");
    EXPECT_EQ(shown(rows_.steps[2]), "0: 'b'\n2: 'a'\n2: 'c'\n");
    EXPECT_EQ(rows_.statements, 3U);
}

}  // namespace
}  // namespace koine::store::sqlite
