#include "store/sqlite/connection.hpp"
#include "store/sqlite/music_fixture.hpp"
#include "store/sqlite/render.hpp"
#include "store/sqlite/runner.hpp"
#include "store/sqlite/writer.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <random>

namespace koine::store::sqlite {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using query::Operator;
using query::Plan;
using query::Predicate;
using Kind = Predicate::Kind;

Predicate no(Predicate inner) { return Builder::of(Kind::negation, {std::move(inner)}); }

class ExistsTest : public MusicTest {
protected:
    /// A row of `entity` under alias `inner` whose columns equal those of the outer row.
    Predicate exists(
        query::Alias inner,
        std::string_view entity,
        query::Alias outer,
        std::string_view outer_entity,
        std::vector<std::pair<std::string_view, std::string_view>> links,
        std::vector<Predicate> conditions = {}
    ) const {
        for (auto const& [child, parent] : links)
            conditions.push_back(Builder::equal(make().column(inner, entity, child), make().column(outer, outer_entity, parent)));
        auto made = Builder::of(Kind::exists, {});
        auto& select = made.select.emplace_back();
        select.sources = {make().root(inner, entity)};
        select.where = Builder::of(Kind::all_of, std::move(conditions));
        return made;
    }
    std::string text(Predicate const& predicate, std::optional<ExistsForm> form = {}) const {
        Writer out(store_->model());
        if (form) out.force_exists(*form);
        write_condition(out, predicate);
        return out.take_text();
    }
    /// The ids of the rows of `p` under alias 0 for which the condition's text holds.
    std::string ids(std::string const& condition) {
        auto connection = Connection::open(folder_.file(), false, 0ms).value();
        return connection->text("SELECT group_concat(id) FROM (SELECT id FROM p AS t0 WHERE " + condition + " ORDER BY id)").value();
    }
};

TEST_F(ExistsTest, AFormulaWithinIsGatheredUnlessItSpeaksOfTheRowOutside) {
    auto counting = [&](query::Alias of, std::string_view entity) {
        auto notes = std::make_shared<query::Select>();
        notes->sources = {make().root(2, "note")};
        notes->where = Builder::equal(make().column(2, "note", "album_id"), make().column(of, entity, "id"));
        auto count = Builder::over(query::Expression::Kind::count, model::Type::bigint, {});
        count.select = notes;
        return exists(1, "note", 0, "album", {{"album_id", "id"}}, {Builder::where(Kind::compare, Operator::gt, count)});
    };
    std::string const counted = "(SELECT count(*) FROM `note` AS t2 WHERE t2.`album_id` = t";
    EXPECT_EQ(
        text(counting(1, "note")),
        "t0.`id` IN (SELECT t1.`album_id` FROM `note` AS t1 WHERE t1.`album_id` IS NOT NULL AND " + counted + "1.`id`) > ?1)"
    );
    EXPECT_EQ(
        text(counting(0, "album")), "EXISTS (SELECT 1 FROM `note` AS t1 WHERE " + counted + "0.`id`) > ?1 AND t1.`album_id` = t0.`id`)"
    );
}

TEST_F(ExistsTest, AnIndexIsSoughtRowByRowAndWithoutOneTheKeysAreGathered) {
    EXPECT_EQ(
        text(exists(1, "album", 0, "artist", {{"artist_id", "id"}})), "EXISTS (SELECT 1 FROM `album` AS t1 WHERE t1.`artist_id` = t0.`id`)"
    );
    auto gathered = exists(1, "note", 0, "album", {{"album_id", "id"}});
    EXPECT_EQ(text(gathered), "t0.`id` IN (SELECT t1.`album_id` FROM `note` AS t1 WHERE t1.`album_id` IS NOT NULL)");
    EXPECT_EQ(
        text(no(gathered)),
        "NOT (CASE WHEN t0.`id` IN (SELECT t1.`album_id` FROM `note` AS t1 WHERE t1.`album_id` IS NOT NULL) THEN 1 ELSE 0 END)"
    );
    EXPECT_EQ(
        text(exists(
            1,
            "note",
            0,
            "album",
            {{"album_id", "id"}, {"text", "title"}},
            {Builder::where(Kind::compare, Operator::gt, make().column(1, "note", "id"))}
        )),
        "(t0.`id`, t0.`title`) IN (SELECT t1.`album_id`, t1.`text` FROM `note` AS t1 WHERE t1.`album_id` IS NOT NULL AND t1.`text` IS NOT "
        "NULL AND t1.`id` > ?1)"
    );
}

TEST_F(ExistsTest, WhatIsInsideSpeaksOfItsOwnRowsAndHasItsOwnForm) {
    auto note = exists(2, "note", 1, "album", {{"album_id", "id"}});
    EXPECT_EQ(
        text(no(exists(1, "album", 0, "artist", {{"artist_id", "id"}}, {note}))),
        "NOT (EXISTS (SELECT 1 FROM `album` AS t1 WHERE t1.`id` IN (SELECT t2.`album_id` FROM `note` AS t2 WHERE t2.`album_id` IS NOT "
        "NULL) "
        "AND t1.`artist_id` = t0.`id`))"
    );
    auto speaks_of_outer = exists(2, "note", 1, "album", {{"album_id", "id"}}, {exists(3, "artist", 0, "album", {{"id", "artist_id"}})});
    EXPECT_EQ(exists_form(store_->model(), speaks_of_outer.select.front()), ExistsForm::correlated);
}

TEST_F(ExistsTest, AWindowIsKeptAndCorrelated) {
    auto windowed = exists(1, "note", 0, "album", {{"album_id", "id"}});
    windowed.select.front().limit = 0;
    windowed.select.front().offset = 1;
    EXPECT_EQ(text(windowed), "EXISTS (SELECT 1 FROM `note` AS t1 WHERE t1.`album_id` = t0.`id` LIMIT ?1 OFFSET ?2)");
    auto plan = root("album", {"id"});
    plan.steps[0].select.where = windowed;
    ASSERT_EQ(reason(worker_->run(plan, {number(5), number(1)}, rows_)), "done");
    EXPECT_EQ(shown(rows_.steps[0]), "3\n") << "only one album has a second note";
}

TEST_F(ExistsTest, AnotherCollationThanBytesIsComparedByTheLink) {
    ForeignProgram(folder_.file())
        .run(
            "CREATE TABLE p(id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE c(a TEXT COLLATE NOCASE); INSERT INTO p VALUES (1, 'X'); INSERT "
            "INTO c VALUES ('x')"
        );
    open();
    auto link = exists(1, "c", 0, "p", {{"a", "a"}});
    EXPECT_EQ(exists_form(store_->model(), link.select.front()), ExistsForm::correlated);
    EXPECT_EQ(ids(text(link)), "1");
}

/// Both forms hold for the same rows, whatever the values' classes and the columns' types, also below NOT and inside each other.
TEST_F(ExistsTest, BothFormsAgree) {
    std::mt19937 random(11);
    auto below = [&](unsigned count) { return std::uniform_int_distribution<unsigned>(0, count - 1)(random); };
    auto literal = [&]() -> std::string {
        auto number = std::to_string(below(6));
        constexpr std::string_view kShapes[] = {"NULL", "'#'", "#.0", "#.5", "x'3#'", "'a#'", "'0#'", "#"};
        std::string shape(kShapes[below(std::size(kShapes))]);
        if (auto at = shape.find('#'); at != std::string::npos) shape.replace(at, 1, number);
        return shape;
    };
    constexpr std::string_view kTypes[] = {"INT", "TEXT", "", "REAL", "NUMERIC", "INT NOT NULL DEFAULT 0"};
    for (int round = 0; round < 80; ++round) {
        std::string schema = "BEGIN;";
        for (std::string table : {"p", "c", "d"}) {
            auto type = [&] { return " " + std::string(kTypes[below(std::size(kTypes))]); };
            schema +=
                "DROP TABLE IF EXISTS " + table + "; CREATE TABLE " + table + "(id INTEGER PRIMARY KEY, a" + type() + ", b" + type() + ");";
            for (int i = 0; i < 25; ++i)
                schema += "INSERT OR IGNORE INTO " + table + "(a, b) VALUES (" + literal() + ", " + literal() + ");";
        }
        if (below(2)) schema += "CREATE INDEX i ON c(a);";
        ForeignProgram(folder_.file()).run(schema + "COMMIT");
        open();
        using Links = std::vector<std::pair<std::string_view, std::string_view>>;
        auto links = [&] { return below(2) ? Links{{"a", "a"}, {"b", "b"}} : Links{{"a", "b"}}; };
        auto deep = exists(2, "d", 1, "c", links());
        auto outer = exists(1, "c", 0, "p", links(), {below(2) ? no(deep) : deep});
        auto plain = exists(3, "c", 0, "p", links());
        Predicate const trees[] = {
            plain,
            no(plain),
            no(no(plain)),
            outer,
            no(outer),
            Builder::of(Kind::any_of, {no(plain), outer}),
            no(Builder::of(Kind::all_of, {plain, no(outer)}))
        };
        for (auto const& tree : trees) {
            auto correlated = ids(text(tree, ExistsForm::correlated));
            EXPECT_EQ(correlated, ids(text(tree, ExistsForm::gathered))) << text(tree, ExistsForm::gathered) << "\n" << schema;
            EXPECT_EQ(correlated, ids(text(tree))) << text(tree) << "\n" << schema;
        }
    }
}

TEST_F(ExistsTest, ManyParentsWithoutAnIndexAreQuickWithAndWithoutNot) {
    ForeignProgram(folder_.file())
        .run(
            "CREATE TABLE p(id INTEGER PRIMARY KEY, a TEXT, b INT); CREATE TABLE c(a TEXT, b INT);"
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO p SELECT i, 'EPSG', i FROM n;"
            "INSERT INTO c SELECT a, b FROM p WHERE id % 2"
        );
    open();
    auto link = exists(1, "c", 0, "p", {{"a", "a"}, {"b", "b"}});
    for (auto const& condition : {link, no(link)}) {
        auto const begun = std::clock();
        auto connection = Connection::open(folder_.file(), false, 0ms).value();
        EXPECT_EQ(connection->number("SELECT count(*) FROM p AS t0 WHERE " + text(condition)).value(), 10000);
        EXPECT_LT(std::clock() - begun, 2 * CLOCKS_PER_SEC);
    }
}

}  // namespace
}  // namespace koine::store::sqlite
