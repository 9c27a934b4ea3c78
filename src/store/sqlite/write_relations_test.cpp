#include "store/sqlite/write_fixture.hpp"

#include <gtest/gtest.h>

namespace koine::store::sqlite {
namespace {

using namespace testing;
using query::OnConflict;
using query::Operator;

/// Relations whose rows are found again in different ways.
class RelationsTest : public WriteTest {};

TEST_F(RelationsTest, ATableWithoutRowidGoesByItsWholeKey) {
    open("CREATE TABLE pair(a INT, b TEXT, c TEXT, PRIMARY KEY(b, a)) WITHOUT ROWID; INSERT INTO pair VALUES (1, 'x', 'p'), (1, 'y', 'q')");
    Names all = {"a", "b", "c"};
    EXPECT_EQ(
        write(make().returning(make().insert("pair", all), "pair", all), cells(2, "x", "r", 0, "z", "s")),
        "done affected=2 inserted=2 rows=2, 'x', 'r';0, 'z', 's';"
    );
    auto merge = make().upsert(OnConflict::merge, "pair", all, {"a", "b"}, {"c"});
    EXPECT_EQ(
        write(make().returning(merge, "pair", all), cells(1, "x", "m", 7, "x", "n")),
        "done affected=2 inserted=1 rows=1, 'x', 'm';7, 'x', 'n';"
    );
    EXPECT_EQ(write(merge, cells(1, "x", "m", 1, "x", "n")), "affected_twice relation=pair");
    EXPECT_EQ(
        write(make().returning(make().update("pair", {"b"}, "c"), "pair", all), cells("moved"), {text("q")}),
        "done affected=1 inserted=0 rows=1, 'moved', 'q';"
    );
    EXPECT_EQ(write(make().first(make().update("pair", {"c"}), "pair", "a"), cells("least"), {number(2)}), "done affected=2 inserted=0");
    EXPECT_EQ(
        write(make().returning(make().remove("pair", "a"), "pair", all), {}, {number(1)}),
        "done affected=2 inserted=0 rows=1, 'moved', 'least';1, 'x', 'm';"
    );
    EXPECT_EQ(stored("SELECT * FROM pair"), "2|x|r 7|x|n 0|z|least");
}

TEST_F(RelationsTest, AMergeTellsTheRowThatTheIndexFindsNotTheOneThatTheColumnsWould) {
    open(
        "CREATE TABLE loud(id INTEGER PRIMARY KEY, name TEXT, v INT); CREATE UNIQUE INDEX loud_name ON loud(name COLLATE NOCASE);"
        "INSERT INTO loud VALUES (1, 'abc', 1), (2, 'z', 2);"
        "CREATE TABLE made(id INTEGER PRIMARY KEY, a TEXT, b TEXT GENERATED ALWAYS AS (lower(a)) STORED UNIQUE, v INT);"
        "INSERT INTO made(id, a, v) VALUES (7, 'x', 1)"
    );
    Names all = {"id", "name", "v"};
    auto loud = make().upsert(OnConflict::merge, "loud", {"name", "v"}, {"name"}, {"v"});
    EXPECT_EQ(
        write(make().returning(loud, "loud", all), cells("ABC", 9, "new", 3)), "done affected=2 inserted=1 rows=1, 'abc', 9;3, 'new', 3;"
    );
    EXPECT_EQ(write(loud, cells("ABC", 5, "aBc", 6)), "affected_twice relation=loud");
    auto made = make().upsert(OnConflict::merge, "made", {"a", "v"}, {"b"}, {"a", "v"});
    EXPECT_EQ(
        write(make().returning(made, "made", {"id", "b", "v"}), cells("X", 5, "Y", 6)),
        "done affected=2 inserted=1 rows=7, 'x', 5;8, 'y', 6;"
    );
    EXPECT_EQ(stored("SELECT * FROM made"), "7|X|x|5 8|Y|y|6");
}

TEST_F(RelationsTest, AColumnThatTakesTheRowidsNameLeavesOthers) {
    open(R"(
        CREATE TABLE one(rowid TEXT, x INT);
        CREATE TABLE two(rowid TEXT, oid TEXT, "_ROWID_" TEXT, x INT);
        CREATE TABLE three(rowid TEXT, oid TEXT, _rowid_ TEXT PRIMARY KEY, x INT);
    )");
    EXPECT_EQ(
        write(make().returning(make().insert("one", {"rowid", "x"}), "one", {"x"}), cells("r", 1, "r", 2)),
        "done affected=2 inserted=2 rows=1;2;"
    );
    EXPECT_EQ(write(make().insert("two", {"x"}), cells(1)), "done affected=1 inserted=1");
    EXPECT_EQ(write(make().update("two", {"x"}), cells(2)), "done affected=1 inserted=0");
    EXPECT_EQ(
        write(make().returning(make().insert("three", {"_rowid_", "x"}), "three", {"x"}), cells("k", 1)),
        "done affected=1 inserted=1 rows=1;"
    );
    EXPECT_EQ(
        write(make().returning(make().insert("three", {"x"}), "three", {"x"}), cells(9)),
        "feature_not_supported feature=reading back a written row whose key is not known"
    );
    EXPECT_EQ(stored("SELECT count(*) FROM three"), "1");
    auto refused =
        worker_->session().prepare(std::make_shared<query::WritePlan const>(make().returning(make().insert("two", {"x"}), "two", {"x"})));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason(), Reason::feature_not_supported);
}

TEST_F(RelationsTest, WhatIsReadBackIsTheRowAsTriggersAndGeneratedColumnsLeaveIt) {
    open(R"(
        CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, shout TEXT AS (upper(name)) STORED, seen INT DEFAULT 0);
        CREATE TRIGGER t_ai AFTER INSERT ON t BEGIN UPDATE t SET seen = seen + 1, name = new.name || '!' WHERE id = new.id; END;
        CREATE TRIGGER t_au AFTER UPDATE OF name ON t WHEN new.seen > 0 AND new.name NOT LIKE '%!%' BEGIN UPDATE t SET seen = 99 WHERE id = new.id; END;
    )");
    Names all = {"id", "name", "shout", "seen"};
    EXPECT_EQ(
        write(make().returning(make().insert("t", {"name"}), "t", all), cells("a", "b")),
        "done affected=2 inserted=2 rows=1, 'a!', 'A!', 1;2, 'b!', 'B!', 1;"
    );
    EXPECT_EQ(
        write(make().returning(make().update("t", {"name"}, "id"), "t", all), cells("c"), {number(2)}),
        "done affected=1 inserted=0 rows=2, 'c', 'C', 99;"
    );
}

TEST_F(RelationsTest, ARowThatATriggerPassesOverIsNotCounted) {
    open(R"(
        CREATE TABLE t(id INTEGER PRIMARY KEY, u INT UNIQUE ON CONFLICT IGNORE);
        CREATE TRIGGER t_bi BEFORE INSERT ON t WHEN new.id = 13 BEGIN SELECT raise(IGNORE); END;
        CREATE TRIGGER t_bd BEFORE DELETE ON t WHEN old.id = 1 BEGIN SELECT raise(IGNORE); END;
    )");
    EXPECT_EQ(
        write(make().returning(make().insert("t", {"id", "u"}), "t", {"id"}), cells(1, 1, 13, 2, 2, 1, 3, 3)),
        "done affected=2 inserted=2 rows=1;3;"
    );
    EXPECT_EQ(write(make().remove("t")), "done affected=1 inserted=0");
}

constexpr char const* kViews = R"(
    CREATE TABLE base(id INTEGER PRIMARY KEY, n TEXT);
    CREATE TABLE log(id INTEGER PRIMARY KEY, x TEXT);
    CREATE VIEW v AS SELECT id, n AS name FROM base;
    CREATE TRIGGER v_i INSTEAD OF INSERT ON v BEGIN
        INSERT INTO log(id, x) VALUES (1000 + (SELECT count(*) FROM log), 'i'); INSERT INTO base(id, n) VALUES (new.id, new.name); END;
    CREATE TRIGGER v_u INSTEAD OF UPDATE ON v BEGIN UPDATE base SET id = new.id, n = new.name WHERE id = old.id; END;
    CREATE TRIGGER v_d INSTEAD OF DELETE ON v BEGIN DELETE FROM base WHERE id = old.id; END;
    CREATE VIEW keyless AS SELECT n AS name, count(*) AS many FROM base GROUP BY n;
    CREATE TRIGGER k_i INSTEAD OF INSERT ON keyless BEGIN INSERT INTO base(n) VALUES (new.name); END;
    CREATE TRIGGER k_u INSTEAD OF UPDATE ON keyless BEGIN UPDATE base SET n = new.name WHERE n = old.name; END;
    CREATE TRIGGER k_d INSTEAD OF DELETE ON keyless BEGIN DELETE FROM base WHERE n = old.name; END;
    INSERT INTO base VALUES (1, 'a'), (2, 'b'), (3, 'c');
)";

TEST_F(RelationsTest, AViewIsWrittenThroughItsTriggers) {
    open(kViews);
    Names all = {"id", "name"};
    EXPECT_EQ(
        write(make().returning(make().insert("v", all), "v", all), cells(9, "x", 8, "y")), "done affected=2 inserted=2 rows=9, 'x';8, 'y';"
    );
    // The key comes from the table below, whatever else the trigger writes.
    EXPECT_EQ(write(make().returning(make().insert("v", {"name"}), "v", all), cells("z")), "done affected=1 inserted=1 rows=10, 'z';");
    EXPECT_EQ(write(make().update("v", {"name"}, "id", Operator::gt), cells("w"), {number(8)}), "done affected=2 inserted=0");
    EXPECT_EQ(
        write(make().returning(make().update("v", {"id"}, "id"), "v", all), cells(20), {number(10)}),
        "done affected=1 inserted=0 rows=20, 'w';"
    );
    EXPECT_EQ(write(make().first(make().update("v", {"name"}), "v", "id"), cells("first"), {number(1)}), "done affected=1 inserted=0");
    EXPECT_EQ(
        write(make().returning(make().remove("v", "id", Operator::lt), "v", all), {}, {number(3)}),
        "done affected=2 inserted=0 rows=1, 'first';2, 'b';"
    );
    EXPECT_EQ(write(make().remove("v", "id", Operator::gt), {}, {number(9)}), "done affected=1 inserted=0");
    EXPECT_EQ(stored("SELECT * FROM base"), "3|c 8|y 9|w");
}

TEST_F(RelationsTest, AKeyThatAViewsTriggerPassesOverIsNotTakenForTheNewRows) {
    open(
        "CREATE TABLE base(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO base VALUES (1, 'old');"
        "CREATE VIEW v AS SELECT id, name FROM base;"
        "CREATE TRIGGER v_insert INSTEAD OF INSERT ON v BEGIN INSERT INTO base(name) VALUES (new.name); END"
    );
    Names all = {"id", "name"};
    EXPECT_EQ(write(make().returning(make().insert("v", all), "v", all), cells(1, "new")), "done affected=1 inserted=1 rows=2, 'new';");
}

TEST_F(RelationsTest, AViewWithoutAKeyIsWrittenButNotReadBack) {
    open(kViews);
    EXPECT_EQ(write(make().insert("keyless", {"name"}), cells("x", "y")), "done affected=2 inserted=2");
    EXPECT_EQ(write(make().update("keyless", {"name"}, "name"), cells("z"), {text("x")}), "done affected=1 inserted=0");
    EXPECT_EQ(write(make().remove("keyless", "name"), {}, {text("z")}), "done affected=1 inserted=0");
    std::vector<query::WritePlan> refused = {
        make().returning(make().insert("keyless", {"name"}), "keyless", {"name"}),
        make().returning(make().remove("keyless"), "keyless", {"name"}),
        make().first(make().remove("keyless"), "keyless", "name"),
        make().upsert(OnConflict::merge, "v", {"id", "name"}, {"id"}, {"name"}),
    };
    for (auto const& plan : refused) {
        auto prepared = worker_->session().prepare(std::make_shared<query::WritePlan const>(plan));
        ASSERT_FALSE(prepared);
        EXPECT_EQ(prepared.error().reason(), Reason::feature_not_supported);
    }
}

TEST_F(RelationsTest, AFullTextTableIsWrittenAndReadBack) {
    open("CREATE VIRTUAL TABLE doc USING fts5(title, body); INSERT INTO doc VALUES ('a', 'one'), ('b', 'two')");
    Names all = {"title", "body"};
    EXPECT_EQ(
        write(make().returning(make().insert("doc", all), "doc", all), cells("c", "three", "d", "four")),
        "done affected=2 inserted=2 rows='c', 'three';'d', 'four';"
    );
    EXPECT_EQ(
        write(make().returning(make().update("doc", {"body"}, "title"), "doc", all), cells("new"), {text("a")}),
        "done affected=1 inserted=0 rows='a', 'new';"
    );
    EXPECT_EQ(write(make().update("doc", {"body"}, "title"), cells("newer"), {text("b")}), "done affected=1 inserted=0");
    EXPECT_EQ(
        write(make().returning(make().remove("doc", "title", Operator::gt), "doc", all), {}, {text("b")}),
        "done affected=2 inserted=0 rows='c', 'three';'d', 'four';"
    );
    EXPECT_EQ(stored("SELECT title FROM doc WHERE doc MATCH 'newer'"), "b");
}

TEST_F(RelationsTest, ARepresentationEmbedsWhatBelongsToTheRowsWritten) {
    open(R"(
        CREATE TABLE artist(id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE album(id INTEGER PRIMARY KEY, title TEXT, artist_id INT REFERENCES artist(id));
        CREATE INDEX album_artist ON album(artist_id);
        INSERT INTO artist VALUES (1, 'Can'), (2, 'Devo');
        INSERT INTO album VALUES (1, 'Tago Mago', 1), (2, 'Ege', 1);
    )");
    Builder const b(store_->model());
    auto insert = make().insert("album", {"title", "artist_id"});
    auto plan = make().reading("album", {"title"});
    plan.steps[0].select.sources.push_back(
        b.source(query::Source::Join::left, 1, "artist", Builder::equal(b.column(1, "artist", "id"), b.column(0, "album", "artist_id")))
    );
    plan.steps[0].select.columns.push_back(b.column(1, "artist", "name"));
    insert.returning = std::make_shared<query::Plan const>(plan);
    EXPECT_EQ(write(insert, cells("Q", 2, "Lost", nullptr)), "done affected=2 inserted=2 rows='Q', 'Devo';'Lost', null;");

    auto update = make().update("artist", {"name"}, "id");
    plan = make().reading("artist", {"id", "name"});
    auto& child = plan.steps.emplace_back();
    child.parent = 0;
    child.parent_cells = {0};
    child.select.sources = {b.root(1, "album")};
    child.select.columns = {b.column(1, "album", "title")};
    child.keys = {b.column(1, "album", "artist_id")};
    update.returning = std::make_shared<query::Plan const>(plan);
    auto made = writing(update, cells("CAN"), {number(1)});
    EXPECT_EQ(shown(*made), "done affected=1 inserted=0 rows=1, 'CAN';");
    EXPECT_EQ(testing::shown(made->written.rows.steps.at(1)), "0: 'Tago Mago'\n0: 'Ege'\n");
}

}  // namespace
}  // namespace koine::store::sqlite
