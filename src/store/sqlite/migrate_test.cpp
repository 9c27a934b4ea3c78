#include "store/sqlite/testing.hpp"
#include "store/store.hpp"
#include "store/tables.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>

namespace koine::store::sqlite {
namespace {

using namespace testing;
using model::Type;

WantedColumn column(std::string name, Type type = Type::text) {
    WantedColumn made;
    made.name = std::move(name);
    made.type = type;
    return made;
}

WantedColumn reference(std::string name, std::string target, OnDelete on_delete = OnDelete::restrict) {
    auto made = column(std::move(name), Type::integer);
    made.target = std::move(target);
    made.on_delete = on_delete;
    made.nullable = true;
    return made;
}

WantedTable table(std::string name, std::vector<WantedColumn> columns) {
    WantedTable made;
    made.name = std::move(name);
    made.columns = std::move(columns);
    return made;
}

/// city(name, rank), person(name, city_id), and who likes which city.
std::vector<WantedTable> towns() {
    auto city = table("city", {column("name"), column("rank", Type::integer)});
    city.columns[1].nullable = true;
    city.uniques = {{"name"}};
    auto person = table("person", {column("name"), reference("city_id", "city", OnDelete::cascade)});
    person.indexes = {{"city_id"}};
    auto likes = table("likes", {reference("person_id", "person", OnDelete::cascade), reference("city_id", "city")});
    likes.numbered = false;
    likes.indexes = {{"city_id"}};
    return {city, person, likes};
}

std::string words(Migration const& migration) {
    std::string text;
    for (auto const& step : migration.steps) text.append(text.empty() ? "" : "; ").append(step.words).append(step.loses ? " (!)" : "");
    return text;
}

std::string message(Problem const& problem) { return std::string(problem.argument("message").value_or(to_string(problem.reason()))); }

class MigrateTest : public ::testing::Test {
protected:
    std::string planned(std::vector<WantedTable> const& wanted) {
        auto migration = plan_migration(folder_.file(), wanted);
        return migration ? words(migration.value()) : message(migration.error());
    }
    /// Plans, applies, and makes sure that nothing is left to do. @return what was planned, or what failed.
    std::string migrated(std::vector<WantedTable> const& wanted) {
        auto migration = plan_migration(folder_.file(), wanted);
        if (!migration) return message(migration.error());
        if (auto done = apply_migration(folder_.file(), migration.value()); !done) return message(done.error());
        EXPECT_EQ(planned(wanted), "") << "after: " << words(migration.value());
        return words(migration.value());
    }
    void fill() {
        ForeignProgram(folder_.file())
            .run(
                "INSERT INTO city(id, name, rank) VALUES (3, 'Ulm', 5), (7, 'Bonn', NULL), (9, 'gone', 1); DELETE FROM city WHERE id = 9;"
                "INSERT INTO person VALUES (1, 'Ann', 3), (2, 'Bob', NULL); INSERT INTO likes VALUES (1, 7), (2, 3)"
            );
    }
    std::string rows(std::string const& query) { return ForeignProgram(folder_.file()).rows(query); }

    TemporaryFolder folder_;
};

TEST_F(MigrateTest, AFileThatIsNotThereIsMade) {
    EXPECT_EQ(planned(towns()), "add table city; add table person; add table likes");
    EXPECT_FALSE(std::filesystem::exists(folder_.file())) << "planning writes nothing";
    EXPECT_EQ(migrated(towns()), "add table city; add table person; add table likes");
    EXPECT_EQ(rows("PRAGMA journal_mode"), "wal");
    fill();
    EXPECT_EQ(planned(towns()), "");
}

TEST_F(MigrateTest, IntrospectionGivesBackWhatWasWanted) {
    std::vector<Type> const types = {
        Type::boolean,
        Type::smallint,
        Type::integer,
        Type::bigint,
        Type::real,
        Type::numeric,
        Type::text,
        Type::uuid,
        Type::date,
        Type::time,
        Type::json,
        Type::blob,
        Type::timestamp,
        Type::dynamic
    };
    auto all = table("all types", {});
    for (auto type : types) all.columns.push_back(column("c`" + std::to_string(static_cast<int>(type)), type));
    all.columns[0].default_text = "true";
    all.columns[6].default_text = "it's";
    all.columns[3].default_text = "-7";
    auto tables = towns();
    tables.push_back(all);
    migrated(tables);
    auto store = open_sqlite({.file = folder_.file()}).value();
    auto const& model = store->model();
    auto const& made = model[model.entity("all types").value()];
    for (std::size_t i = 0; i < types.size(); ++i) {
        EXPECT_EQ(made.columns[i + 1].type, types[i]) << made.columns[i + 1].declared_type;
        EXPECT_FALSE(made.columns[i + 1].nullable);
    }
    EXPECT_EQ(made.columns[13].datetime_separator, 'T');
    EXPECT_TRUE(made.is_rowid(0));
    auto const& city = model[model.entity("city").value()];
    EXPECT_EQ(city.unique_keys.at(0).name, "city_name_key");
    auto const& person = model[model.entity("person").value()];
    EXPECT_EQ(person.foreign_keys.at(0).name, "person_city_id_fkey");
    EXPECT_EQ(person.indexes.back().name, "person_city_id_idx");
    auto const& likes = model[model.entity("likes").value()];
    EXPECT_FALSE(likes.has_rowid);
    EXPECT_EQ(likes.primary_key->columns, (std::vector<model::ColumnId>{0, 1}));
    EXPECT_EQ(rows("SELECT quote(\"c`0\"), \"c`6\" FROM (SELECT 1) LEFT JOIN `all types`"), "NULL|null");
}

TEST_F(MigrateTest, ValuesAreKeptAsTheyAreWritten) {
    auto one = table("t", {column("j", Type::json), column("u", Type::uuid), column("x"), column("at", Type::timestamp)});
    migrated({one});
    ForeignProgram(folder_.file()).run("INSERT INTO t VALUES (1, '1.50', '00000000', '007', '2026-11-22T14:03:00.5Z')");
    EXPECT_EQ(rows("SELECT j, u, x, at FROM t"), "1.50|00000000|007|2026-11-22T14:03:00.5Z");
}

TEST_F(MigrateTest, EveryChangeIsMadeAndThenThereIsNothingLeftToDo) {
    struct Case {
        char const* name;
        std::function<void(std::vector<WantedTable>&)> change;
        char const* want;
        char const* query;
        char const* rows;
    };
    auto add = [](WantedColumn made, std::optional<std::string> value) {
        made.default_text = std::move(value);
        return made;
    };
    std::vector<Case> const cases = {
        {"a new table",
         [](auto& t) { t.push_back(table("club", {reference("city_id", "city")})); },
         "add table club",
         "SELECT count(*) FROM club",
         "0"},
        {"a column with a default",
         [&](auto& t) { t[0].columns.push_back(add(column("size", Type::bigint), "12")); },
         "add column city.size (bigint)",
         "SELECT id, size FROM city",
         "3|12 7|12"},
        {"a nullable reference",
         [](auto& t) { t[0].columns.push_back(reference("mayor_id", "person", OnDelete::set_null)); },
         "add column city.mayor_id (integer)",
         "SELECT count(*) FROM city WHERE mayor_id IS NULL",
         "2"},
        {"an index more, an index less",
         [](auto& t) {
             t[0].indexes = {{"rank", "name"}};
             t[1].indexes.clear();
         },
         "add index city_rank_name_idx; drop index person_city_id_idx",
         "SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE '%idx' ORDER BY name",
         "city_rank_name_idx likes_city_id_idx"},
        {"a unique key more, one less",
         [](auto& t) { t[0].uniques = {{"name", "rank"}}; },
         "make city(name, rank) unique (!); let city(name) no longer be unique",
         "SELECT id, name, rank FROM city",
         "3|Ulm|5 7|Bonn|null"},
        {"a column renamed",
         [](auto& t) {
             t[0].columns[0].name = "title";
             t[0].columns[0].former = {"label", "name"};
             t[0].uniques = {{"title"}};
         },
         "rename column city.name to title",
         "SELECT title FROM city ORDER BY id",
         "Ulm Bonn"},
        {"an indexed reference renamed",
         [](auto& t) {
             t[1].columns[1].name = "home_id";
             t[1].columns[1].former = {"city_id"};
             t[1].indexes = {{"home_id"}};
         },
         "rename column person.city_id to home_id; rename index person_city_id_idx to person_home_id_idx",
         "SELECT name, home_id FROM person",
         "Ann|3 Bob|null"},
        {"a table renamed",
         [](auto& t) {
             t[0].name = "town";
             t[0].former = {"city"};
             t[1].columns[1].target = t[2].columns[1].target = "town";
         },
         "rename table city to town; name the constraints of table town after it",
         "SELECT t.name, p.name FROM town t JOIN person p ON p.city_id = t.id",
         "Ulm|Ann"},
        {"only the letters of a table's name",
         [](auto& t) {
             t[0].name = "City";
             t[1].columns[1].target = t[2].columns[1].target = "City";
         },
         "rename table city to City",
         "SELECT name FROM City ORDER BY id",
         "Ulm Bonn"},
        {"a column dropped", [](auto& t) { t[0].columns.pop_back(); }, "drop column city.rank (!)", "SELECT * FROM city", "3|Ulm 7|Bonn"},
        {"a table dropped", [](auto& t) { t.pop_back(); }, "drop table likes (!)", "SELECT count(*) FROM person", "2"},
        {"another type",
         [](auto& t) { t[0].columns[1].type = Type::text; },
         "change column city.rank from integer to text",
         "SELECT id, typeof(rank) FROM city",
         "3|text 7|null"},
        {"a type that may not take the values",
         [](auto& t) { t[0].columns[0].type = Type::json; },
         "change column city.name from text to json (!)",
         "SELECT name FROM city ORDER BY id",
         "Ulm Bonn"},
        {"no longer null",
         [](auto& t) {
             t[0].columns[1].nullable = false;
             t[0].columns[1].default_text = "1";
         },
         "let column city.rank no longer be null; make 1 the default of column city.rank",
         "SELECT id, rank FROM city",
         "3|5 7|1"},
        {"null", [](auto& t) { t[1].columns[0].nullable = true; }, "let column person.name be null", "SELECT name FROM person", "Ann Bob"},
        {"another default",
         [](auto& t) { t[0].columns[0].default_text = "n'n"; },
         "make 'n''n' the default of column city.name",
         "SELECT name FROM city ORDER BY id",
         "Ulm Bonn"},
        {"another action",
         [](auto& t) { t[1].columns[1].on_delete = OnDelete::set_null; },
         "let column person.city_id refer to city, and become null with its row",
         "PRAGMA foreign_key_list(person)",
         "0|0|city|city_id|id|NO ACTION|SET NULL|NONE"},
        {"no reference",
         [](auto& t) { t[1].columns[1].target.clear(); },
         "drop the reference of column person.city_id to city",
         "SELECT city_id FROM person ORDER BY id",
         "3 null"},
        {"a key of more columns",
         [&](auto& t) { t[2].columns.push_back(add(column("why"), "none")); },
         "add column likes.why (text) (!); make likes(person_id, city_id, why) the key (!)",
         "SELECT * FROM likes ORDER BY person_id",
         "1|7|none 2|3|none"},
        {"numbers for rows that had none",
         [](auto& t) { t[2].numbered = true; },
         "let column likes.person_id be null; let column likes.city_id be null; number the rows of table likes by id (!)",
         "SELECT person_id, city_id FROM likes ORDER BY person_id",
         "1|7 2|3"},
    };
    for (auto const& one : cases) {
        SCOPED_TRACE(one.name);
        for (auto const* ending : {"", "-wal", "-shm"}) std::filesystem::remove(folder_.file() + ending);
        migrated(towns());
        fill();
        auto wanted = towns();
        one.change(wanted);
        EXPECT_EQ(migrated(wanted), one.want);
        EXPECT_EQ(rows(one.query), one.rows);
        EXPECT_EQ(rows("PRAGMA foreign_key_check") + rows("PRAGMA integrity_check"), "ok");
    }
}

TEST_F(MigrateTest, NumbersOfRowsThatAreGoneAreNotGivenAgain) {
    migrated(towns());
    fill();
    auto wanted = towns();
    wanted[0].columns[1].type = Type::text;
    migrated(wanted);
    EXPECT_EQ(rows("INSERT INTO city(name) VALUES ('new') RETURNING id"), "10");
}

TEST_F(MigrateTest, WhatOthersMadeOnATableStays) {
    migrated(towns());
    ForeignProgram(folder_.file())
        .run(
            "CREATE TABLE koine_own(x); CREATE VIEW v AS SELECT name FROM city; CREATE INDEX mine ON city(rank) WHERE rank > 3;"
            "CREATE TRIGGER tr AFTER INSERT ON city BEGIN INSERT INTO koine_own VALUES (new.name); END"
        );
    EXPECT_EQ(planned(towns()), "");
    fill();
    auto wanted = towns();
    wanted[0].columns[1].type = Type::text;
    EXPECT_EQ(migrated(wanted), "change column city.rank from integer to text");
    EXPECT_EQ(rows("SELECT name FROM sqlite_schema WHERE name IN ('mine', 'tr', 'v') ORDER BY name"), "mine tr v");
    EXPECT_EQ(rows("SELECT * FROM koine_own"), "Ulm Bonn gone") << "copying rows is not inserting them";
    wanted[0].name = "town";
    wanted[0].former = {"city"};
    wanted[1].columns[1].target = wanted[2].columns[1].target = "town";
    EXPECT_EQ(
        migrated(wanted), "table 'city' cannot be renamed to 'town' while it has 'mine', which was made by another hand; drop that first"
    );
}

TEST_F(MigrateTest, WhatCannotBeIsRefusedBeforeAnythingIsDone) {
    struct Case {
        char const* name;
        std::function<void(std::vector<WantedTable>&)> change;
        char const* want;
    };
    std::vector<Case> const cases = {
        {"a column without a value",
         [](auto& t) { t[0].columns.push_back(column("size")); },
         "column 'city.size' cannot be added: it is not nullable and has no default, and there are rows; give it a default"},
        {"nulls that are there",
         [](auto& t) { t[0].columns[1].nullable = false; },
         "column 'city.rank' cannot be made not nullable: there are rows that have null there, and it has no default; give it one"},
        {"a default of another type",
         [](auto& t) { t[0].columns[1].default_text = "many"; },
         "the default 'many' of column 'rank' is not an integer"},
        {"an unknown target",
         [](auto& t) { t[1].columns[1].target = "citty"; },
         "column 'person.city_id' refers to table 'citty', which nobody wants"},
        {"a key of several columns",
         [](auto& t) { t[1].columns[1].target = "likes"; },
         "column 'person.city_id' refers to table 'likes', whose key has several columns"},
        {"an unknown column", [](auto& t) { t[1].indexes = {{"age"}}; }, "table 'person' has no column 'age'"},
        {"id", [](auto& t) { t[1].columns.push_back(column("Id")); }, "column 'Id' of table 'person' is there twice"},
        {"values that are not unique",
         [](auto& t) { t[2].uniques = {{"person_id"}}; },
         "cannot make likes(person_id) unique: UNIQUE constraint failed: likes.person_id"},
        {"references to nothing",
         [](auto& t) { t[0].columns[1].target = "person"; },
         "rows of table 'city' refer to rows of table 'person' that are not there"},
    };
    migrated(towns());
    fill();
    ForeignProgram(folder_.file()).run("INSERT INTO likes VALUES (1, 3)");
    auto before = rows("SELECT group_concat(sql) FROM sqlite_schema");
    for (auto const& one : cases) {
        SCOPED_TRACE(one.name);
        auto wanted = towns();
        one.change(wanted);
        EXPECT_EQ(migrated(wanted), one.want);
        EXPECT_EQ(rows("SELECT group_concat(sql) FROM sqlite_schema"), before);
    }
}

TEST_F(MigrateTest, AFileThatIsNoDatabaseIsTold) {
    {
        std::ofstream(folder_.file()) << std::string(1000, 'x');
    }
    auto migration = plan_migration(folder_.file(), towns());
    ASSERT_FALSE(migration);
    EXPECT_EQ(migration.error().reason(), Reason::configuration);
    EXPECT_EQ(message(migration.error()), "this is not an SQLite database (or it is encrypted)");
}

}  // namespace
}  // namespace koine::store::sqlite
