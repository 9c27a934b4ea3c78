#include "store/sqlite/write_errors.hpp"

#include "store/sqlite/write_fixture.hpp"

#include <gtest/gtest.h>

namespace koine::store::sqlite {
namespace {

using namespace testing;
using query::OnConflict;

constexpr char const* kSchema = R"(
    CREATE TABLE target(id INTEGER PRIMARY KEY, a INT, b TEXT, UNIQUE(a, b));
    CREATE TABLE t(
        id INTEGER PRIMARY KEY, code TEXT UNIQUE, qty INT NOT NULL DEFAULT 1 CHECK (qty >= 0), small TEXT CONSTRAINT short CHECK (length(small) < 5),
        target_id INT REFERENCES target(id), a INT, b TEXT, later INT REFERENCES target(id) DEFERRABLE INITIALLY DEFERRED, doc TEXT,
        CHECK ("qty" < 100), CONSTRAINT both FOREIGN KEY (a, b) REFERENCES target(a, b), CHECK (json_extract(doc, '$.n') > 0)
    );
    CREATE UNIQUE INDEX t_lower ON t(lower(small));
    CREATE TABLE child(id INTEGER PRIMARY KEY, target_id INT REFERENCES target(id) ON DELETE CASCADE, other_id INT REFERENCES target(id));
    CREATE TABLE tree(id INTEGER PRIMARY KEY, parent INT REFERENCES tree(id));
    CREATE TABLE strictly(id INTEGER PRIMARY KEY, target_id INT REFERENCES target(id) ON DELETE RESTRICT);
    CREATE TABLE loose(a INT);
    CREATE TABLE broken(a INT REFERENCES loose(a));
    CREATE TABLE exact(n INT, s TEXT) STRICT;
    CREATE TABLE guarded(id INTEGER PRIMARY KEY);
    CREATE TRIGGER g1 BEFORE INSERT ON guarded WHEN new.id = 1 BEGIN SELECT raise(ABORT, 'no one'); END;
    CREATE TRIGGER g2 BEFORE INSERT ON guarded WHEN new.id = 2 BEGIN SELECT raise(FAIL, 'no two'); END;
    CREATE TRIGGER g3 BEFORE INSERT ON guarded WHEN new.id = 3 BEGIN SELECT raise(ROLLBACK, 'no three'); END;
    CREATE TRIGGER g4 AFTER INSERT ON guarded WHEN new.id = 4 BEGIN INSERT INTO t(id, code) VALUES (50, 'taken'); END;
    CREATE VIEW shown AS SELECT id AS number, code FROM t;
    CREATE TRIGGER shown_i INSTEAD OF INSERT ON shown BEGIN INSERT INTO t(id, code) VALUES (new.number, new.code); END;
    CREATE VIRTUAL TABLE box USING rtree(id, x0, x1);
    CREATE TABLE sudden(id INTEGER PRIMARY KEY ON CONFLICT ROLLBACK);
    INSERT INTO target VALUES (1, 1, 'x'), (2, 2, 'y'), (3, 3, 'z'), (4, 4, 'r');
    INSERT INTO strictly VALUES (1, 4);
    INSERT INTO t(id, code, small, target_id, a, b) VALUES (1, 'taken', 'Abc', 1, 1, 'x');
    INSERT INTO child VALUES (1, 2, 3);
    INSERT INTO sudden VALUES (1);
    INSERT INTO box VALUES (1, 1, 2);
)";

class WriteErrorsTest : public WriteTest {
protected:
    WriteErrorsTest() { open(kSchema); }
};

TEST_F(WriteErrorsTest, AnInsertIsToldWhichConstraintItBreaksAndWithWhat) {
    struct {
        char const* entity;
        Names columns;
        std::vector<query::Cell> values;
        char const* want;
    } const cases[] = {
        {"t", {"id"}, cells(1), "unique_violation relation=t constraint=t_pkey columns=id values=1"},
        {"t", {"code"}, cells("taken"), "unique_violation relation=t constraint=t_code_key columns=code values=taken"},
        {"t", {"small"}, cells("aBC"), "unique_violation relation=t constraint=t_lower"},
        {"target", {"b", "a"}, cells("y", 2), "unique_violation relation=target constraint=target_a_b_key columns=a, b values=2, y"},
        {"t", {"qty"}, cells(nullptr), "not_null_violation relation=t column=qty"},
        {"t", {"qty"}, cells(-1), "check_violation relation=t constraint=t_qty_check"},
        {"t", {"qty"}, cells(100), "check_violation relation=t constraint=t_qty_check1"},
        {"t", {"small"}, cells("12345"), "check_violation relation=t constraint=short"},
        {"t", {"doc"}, cells("{"), "raised message=malformed JSON"},
        {"t", {"id"}, cells("x"), "invalid_literal type=integer value=x"},
        {"t", {"target_id"}, cells(9), "foreign_key_missing relation=t constraint=t_target_id_fkey columns=target_id values=9 target=target"
        },
        {"t", {"a", "b"}, cells(1, "y"), "foreign_key_missing relation=t constraint=both columns=a, b values=1, y target=target"},
        {"t", {"later"}, cells(8), "foreign_key_missing relation=t constraint=t_later_fkey columns=later values=8 target=target"},
        {"tree",
         {"id", "parent"},
         cells(1, 2),
         "foreign_key_missing relation=tree constraint=tree_parent_fkey columns=parent values=2 target=tree"},
        {"exact", {"n", "s"}, cells("x", "y"), "invalid_literal type=integer value=x"},
        {"guarded", {"id"}, cells(1), "raised message=no one"},
        {"guarded", {"id"}, cells(9, 2), "raised message=no two"},
        {"guarded", {"id"}, cells(9, 3), "raised message=no three"},
        {"guarded", {"id"}, cells(4), "unique_violation relation=t constraint=t_code_key"},
        {"shown", {"number", "code"}, cells(5, "taken"), "unique_violation relation=t constraint=t_code_key columns=code values=taken"},
        {"box", {"id", "x0", "x1"}, cells(1, 1, 2), "unique_violation relation=box constraint=box_key"},
        {"box", {"id", "x0", "x1"}, cells(2, 3, 1), "check_violation relation=box constraint=box_check"},
        {"broken",
         {"a"},
         cells(1),
         "feature_not_supported feature=writing 'broken', a foreign key or trigger of which refers to what is not there"},
        {"sudden", {"id"}, cells(2, 1), "unique_violation relation=sudden constraint=sudden_pkey columns=id values=1"},
    };
    auto all = "SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM guarded), (SELECT count(*) FROM sudden), (SELECT count(*) FROM box)";
    for (auto const& one : cases) {
        SCOPED_TRACE(one.want);
        EXPECT_EQ(write(make().insert(one.entity, one.columns), one.values), one.want);
        EXPECT_EQ(stored(all), "1|0|1|1");
    }
}

TEST_F(WriteErrorsTest, RowsOfOneBodyMayReferToEachOtherInAnyOrder) {
    EXPECT_EQ(write(make().insert("tree", {"id", "parent"}), cells(1, 2, 2, 3, 3, 3)), "done affected=3 inserted=3");
    EXPECT_EQ(
        write(make().insert("tree", {"id", "parent"}), cells(4, 5, 5, 99)),
        "foreign_key_missing relation=tree constraint=tree_parent_fkey columns=parent values=99 target=tree"
    );
    // What was put off for that body is not for the next.
    EXPECT_EQ(
        write(make().insert("tree", {"id", "parent"}), cells(4, 5)),
        "foreign_key_missing relation=tree constraint=tree_parent_fkey columns=parent values=5 target=tree"
    );
}

TEST_F(WriteErrorsTest, AnUpdateIsToldToo) {
    auto one = [&](Names const& columns, std::vector<query::Cell> values) {
        return write(make().update("t", columns, "id"), std::move(values), {number(1)});
    };
    EXPECT_EQ(
        one({"target_id"}, cells(7)), "foreign_key_missing relation=t constraint=t_target_id_fkey columns=target_id values=7 target=target"
    );
    EXPECT_EQ(one({"qty"}, cells(nullptr)), "not_null_violation relation=t column=qty");
    EXPECT_EQ(one({"b"}, cells("y")), "foreign_key_missing relation=t");
    EXPECT_EQ(
        write(make().update("target", {"id"}, "id"), cells(30), {number(1)}),
        "foreign_key_referenced relation=target constraint=t_target_id_fkey columns=id values=1 origin=t"
    );
}

TEST_F(WriteErrorsTest, ARemovalIsToldWhoStillRefersToTheRow) {
    auto one = [&](std::int64_t id) { return write(make().remove("target", "id"), {}, {number(id)}); };
    EXPECT_EQ(one(3), "foreign_key_referenced relation=target constraint=child_other_id_fkey columns=id values=3 origin=child");
    EXPECT_EQ(one(2), "done affected=1 inserted=0");
    EXPECT_EQ(one(4), "foreign_key_referenced relation=target constraint=strictly_target_id_fkey columns=id values=4 origin=strictly");
    EXPECT_EQ(one(1), "foreign_key_referenced relation=target constraint=t_target_id_fkey columns=id values=1 origin=t");
    EXPECT_EQ(write(make().insert("t", {"later"}), cells(3)), "done affected=1 inserted=1");
    EXPECT_EQ(one(3), "foreign_key_referenced relation=target constraint=t_later_fkey columns=id values=3 origin=t");
}

TEST_F(WriteErrorsTest, ValuesAreShownAsTheyAreAndNotAtAnyLength) {
    std::string longest(1000, 'x');
    std::string umlauts;
    for (int i = 0; i < 150; ++i) umlauts += "ü";
    EXPECT_EQ(shown_value(query::Cell::text("a, b")), "a, b");
    EXPECT_EQ(shown_value(query::Cell::of(1.5)), "1.5");
    EXPECT_EQ(shown_value(query::Cell()), "null");
    EXPECT_EQ(shown_value(query::Cell::blob(std::string_view("\0\xff", 2))), "\\x00ff");
    EXPECT_EQ(shown_value(query::Cell::text(longest)), std::string(200, 'x') + "…");
    EXPECT_EQ(shown_value(query::Cell::text("x" + umlauts)).size(), 199U + 3U);
    EXPECT_EQ(shown_value(query::Cell::blob(longest)).size(), 200U + 3U);
}

}  // namespace
}  // namespace koine::store::sqlite
