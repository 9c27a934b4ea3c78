#include "store/sqlite/connection.hpp"
#include "store/sqlite/music_fixture.hpp"
#include "store/sqlite/render.hpp"
#include "store/sqlite/runner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <random>

namespace koine::store::sqlite {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using query::Operator;
using query::Plan;
using query::Predicate;

class ChildrenTest : public MusicTest {
protected:
    /// What SQLite plans for a text, one step a line.
    std::string explained(std::string const& text) {
        auto connection = Connection::open(folder_.file(), true, 0ms).value();
        auto statement = connection->compile("EXPLAIN QUERY PLAN " + text).value();
        std::string out;
        while (sqlite3_step(statement.get()) == SQLITE_ROW)
            out.append(reinterpret_cast<char const*>(sqlite3_column_text(statement.get(), 3))).append("\n");
        return out;
    }
    std::string text(Plan const& plan, ChildForm form) const { return render_child(store_->model(), plan, 1, form).value().text; }
    /// How many pairs the database itself finds by the first one or two columns.
    std::size_t joined(std::size_t columns) {
        auto connection = Connection::open(folder_.file(), true, 0ms).value();
        std::string text = "SELECT count(*) FROM p, c WHERE c.a = p.a";
        return static_cast<std::size_t>(connection->number(columns == 2 ? text + " AND c.b = p.b" : text).value());
    }
    /// Runs the plan with its second step in that form.
    std::string rows_of(Plan const& plan, ChildForm form, std::vector<query::Argument> const& arguments) {
        auto connection = Connection::open(folder_.file(), true, 0ms).value();
        RenderedPlan rendered;
        rendered.plan = std::make_shared<Plan const>(plan);
        rendered.steps.push_back(render(store_->model(), plan.steps[0].select));
        rendered.steps.push_back(render_child(store_->model(), plan, 1, form).value());
        Compiled compiled;
        auto done = run_plan(*connection, rendered, compiled, arguments, {}, rows_);
        return done ? shown(rows_.steps[1]) : reason(done);
    }
};

TEST_F(ChildrenTest, AnIndexedChildIsSoughtFromTheKeysWithoutSorting) {
    auto plan = root("artist", {"id"});
    auto& step = child(plan, 0, "album", "artist_id", {"id", "title"});
    EXPECT_EQ(explained(text(plan, ChildForm::seek)), "SCAN k VIRTUAL TABLE INDEX 0:\nSEARCH t1 USING INDEX album_artist (artist_id=?)\n");
    step.select.order = {by(make().column(1, "album", "year"))};
    EXPECT_EQ(
        explained(text(plan, ChildForm::seek)),
        "SCAN k VIRTUAL TABLE INDEX 0:\nSEARCH t1 USING INDEX album_artist (artist_id=?)\nUSE TEMP B-TREE FOR ORDER BY\n"
    );
}

TEST_F(ChildrenTest, AChildWithoutIndexIsScannedOnceAndJoinedThroughATemporaryIndex) {
    auto plan = root("album", {"id"});
    child(plan, 0, "note", "album_id", {"text"});
    auto plan_text = explained(text(plan, ChildForm::gather));
    EXPECT_NE(plan_text.find("MATERIALIZE m\nSCAN t1\n"), std::string::npos) << plan_text;
    EXPECT_NE(plan_text.find("SCAN k VIRTUAL TABLE INDEX 0:\nSEARCH m USING AUTOMATIC COVERING INDEX (k0=?)\n"), std::string::npos)
        << plan_text;
}

TEST_F(ChildrenTest, AListSeeksInAnIndex) {
    auto plan = root("album", {"id"});
    plan.steps[0].select.where = Builder::where(Predicate::Kind::in, Operator::in, make().column(0, "album", "artist_id"));
    auto text = explained(render(store_->model(), plan.steps[0].select).text);
    EXPECT_NE(text.find("SEARCH t0 USING COVERING INDEX album_artist (artist_id=?)"), std::string::npos) << text;
}

/// Both forms bring the same rows in the same order, whatever the values' classes and the columns' types.
TEST_F(ChildrenTest, BothFormsAgree) {
    std::mt19937 random(7);
    auto below = [&](unsigned count) { return std::uniform_int_distribution<unsigned>(0, count - 1)(random); };
    auto literal = [&]() -> std::string {
        auto number = std::to_string(below(6));
        switch (below(7)) {
            case 0: return "NULL";
            case 1: return "'" + number + "'";
            case 2: return number + ".0";
            case 3: return number + ".5";
            case 4: return "x'3" + number + "'";
            case 5: return "'a" + number + "'";
            default: return number;
        }
    };
    constexpr std::string_view kTypes[] = {"INT", "TEXT", "", "REAL", "NUMERIC", "TEXT COLLATE NOCASE"};
    for (int round = 0; round < 60; ++round) {
        auto type = [&] { return " " + std::string(kTypes[below(std::size(kTypes))]); };
        std::string schema = "BEGIN; DROP TABLE IF EXISTS p; DROP TABLE IF EXISTS c; CREATE TABLE p(id INTEGER PRIMARY KEY, a" + type() +
                             ", b" + type() + "); CREATE TABLE c(id INTEGER PRIMARY KEY, a" + type() + ", b" + type() + ", s INT);";
        for (int i = 0; i < 20; ++i) schema += "INSERT INTO p(a, b) VALUES (" + literal() + ", " + literal() + ");";
        for (int i = 0; i < 60; ++i)
            schema += "INSERT INTO c(a, b, s) VALUES (" + literal() + ", " + literal() + ", " + std::to_string(below(4)) + ");";
        if (below(2)) schema += "CREATE INDEX i ON c(a, b);";
        ForeignProgram(folder_.file()).run(schema + "COMMIT");
        open();
        auto plan = root("p", {"a", "b"});
        auto& step = child(plan, 0, "c", "a", {"id", "a"});
        if (below(2)) {
            step.keys.push_back(make().column(1, "c", "b"));
            step.parent_cells = {0, 1};
        }
        step.select.order = {by(make().column(1, "c", "s"), query::Direction::descending), by(make().column(1, "c", "id"))};
        if (below(2)) step.limit = 0;
        if (below(2)) step.offset = 1;
        std::vector<query::Argument> arguments = {number(below(4)), number(below(3))};
        auto seek = rows_of(plan, ChildForm::seek, arguments);
        EXPECT_EQ(seek, rows_of(plan, ChildForm::gather, arguments)) << schema;
        if (!step.limit && !step.offset) EXPECT_EQ(rows_.steps[1].count(), joined(step.keys.size())) << schema;
    }
}

TEST_F(ChildrenTest, TextsThatReferToNumbersAreFound) {
    ForeignProgram(folder_.file())
        .run(
            "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(a VARCHAR REFERENCES p); CREATE INDEX i ON c(a);"
            "INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1), ('2'), ('02'), ('x')"
        );
    open();
    auto plan = root("p", {"id"});
    child(plan, 0, "c", "a", {"a"});
    ASSERT_EQ(reason(worker_->run(plan, {}, rows_)), "done");
    EXPECT_EQ(shown(rows_.steps[1]), "0: '1'\n1: '2'\n1: '02'\n");
}

TEST_F(ChildrenTest, AThousandParentsWithoutAnIndexAreQuick) {
    ForeignProgram(folder_.file())
        .run(
            "CREATE TABLE p(a TEXT, b INT); CREATE TABLE c(a TEXT, b INT, v TEXT); CREATE INDEX misleading ON c(a);"
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO c SELECT 'EPSG', i % 5000, 'v' || "
            "i FROM n;"
            "INSERT INTO p SELECT 'EPSG', b FROM c LIMIT 1000"
        );
    open({.file = {}, .worker_budget = 10s});
    auto plan = root("p", {"a", "b"});
    auto& step = child(plan, 0, "c", "a", {"v"});
    step.keys.push_back(make().column(1, "c", "b"));
    step.parent_cells = {0, 1};
    ASSERT_EQ(child_form(store_->model(), plan, 1), ChildForm::gather);
    auto const begun = std::clock();
    ASSERT_EQ(reason(worker_->run(plan, {}, rows_)), "done");
    EXPECT_LT(std::clock() - begun, CLOCKS_PER_SEC);
    EXPECT_EQ(rows_.steps[1].count(), 4000U);
    EXPECT_TRUE(std::ranges::is_sorted(rows_.steps[1].parents));
}

}  // namespace
}  // namespace koine::store::sqlite
