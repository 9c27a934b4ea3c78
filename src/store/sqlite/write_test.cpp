#include "store/sqlite/write_fixture.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace koine::store::sqlite {
namespace {

using namespace testing;
using query::OnConflict;
using query::Operator;

constexpr char const* kThings = R"(
    CREATE TABLE thing(id INTEGER PRIMARY KEY, name TEXT DEFAULT 'none', size INT DEFAULT 7, code TEXT UNIQUE);
    INSERT INTO thing(id, name, size, code) VALUES (1, 'a', 1, 'A'), (2, 'b', 2, 'B'), (3, 'c', 3, NULL);
)";

/// Each on a database of its own.
struct Case {
    char const* name;
    char const* want;
    std::function<
        std::
            string(WriteBuilder const&, std::function<std::string(query::WritePlan, std::vector<query::Cell>, std::vector<query::Argument>)>)>
        write;
    char const* left = "1|a|1|A 2|b|2|B 3|c|3|null";
};

class ThingTest : public WriteTest {
protected:
    void check(std::vector<Case> const& cases) {
        for (auto const& one : cases) {
            SCOPED_TRACE(one.name);
            store_.reset();
            std::filesystem::remove(folder_.file());
            open(kThings);
            EXPECT_EQ(one.write(make(), [&](auto plan, auto cells, auto arguments) { return write(plan, cells, arguments); }), one.want);
            EXPECT_EQ(stored("SELECT * FROM thing ORDER BY id"), one.left);
        }
    }
};

TEST_F(ThingTest, Inserts) {
    check({
        {"a row",
         "done affected=1 inserted=1",
         [](auto make, auto write) { return write(make.insert("thing", {"id", "name"}), cells(9, "x"), {}); },
         "1|a|1|A 2|b|2|B 3|c|3|null 9|x|7|null"},
        {"rows in their order",
         "done affected=2 inserted=2 rows=9, 'x';8, 'y';",
         [](auto make, auto write) {
             return write(make.returning(make.insert("thing", {"id", "name"}), "thing", {"id", "name"}), cells(9, "x", 8, "y"), {});
         },
         "1|a|1|A 2|b|2|B 3|c|3|null 8|y|7|null 9|x|7|null"},
        {"a row of defaults",
         "done affected=1 inserted=1 rows=4, 'none', 7;",
         [](auto make, auto write) { return write(make.returning(make.insert("thing", {}), "thing", {"id", "name", "size"}), {}, {}); },
         "1|a|1|A 2|b|2|B 3|c|3|null 4|none|7|null"},
        {"all or nothing",
         "unique_violation relation=thing constraint=thing_code_key columns=code values=A",
         [](auto make, auto write) { return write(make.insert("thing", {"id", "code"}), cells(9, "new", 10, "A"), {}); }},
    });
}

TEST_F(ThingTest, Upserts) {
    check({
        {"ignore passes over what is there",
         "done affected=1 inserted=1 rows=9, 'y';",
         [](auto make, auto write) {
             auto plan = make.upsert(OnConflict::ignore, "thing", {"id", "name"}, {"id"});
             return write(make.returning(plan, "thing", {"id", "name"}), cells(1, "x", 9, "y"), {});
         },
         "1|a|1|A 2|b|2|B 3|c|3|null 9|y|7|null"},
        {"merge takes what is given, and tells new from known",
         "done affected=2 inserted=1 rows=2, 'x', 2;9, 'y', 7;",
         [](auto make, auto write) {
             auto plan = make.upsert(OnConflict::merge, "thing", {"id", "name"}, {"id"}, {"name"});
             return write(make.returning(plan, "thing", {"id", "name", "size"}), cells(2, "x", 9, "y"), {});
         },
         "1|a|1|A 2|x|2|B 3|c|3|null 9|y|7|null"},
        {"replace takes defaults too",
         "done affected=1 inserted=0 rows=2, 'x', 7;",
         [](auto make, auto write) {
             auto plan = make.upsert(OnConflict::replace, "thing", {"id", "name"}, {"id"}, {"name", "size"});
             return write(make.returning(plan, "thing", {"id", "name", "size"}), cells(2, "x"), {});
         },
         "1|a|1|A 2|x|7|B 3|c|3|null"},
        {"by another key",
         "done affected=1 inserted=0 rows=1, 'x';",
         [](auto make, auto write) {
             auto plan = make.upsert(OnConflict::merge, "thing", {"code", "name"}, {"code"}, {"name"});
             return write(make.returning(plan, "thing", {"id", "name"}), cells("A", "x"), {});
         },
         "1|x|1|A 2|b|2|B 3|c|3|null"},
        {"one key twice",
         "affected_twice relation=thing",
         [](auto make, auto write) {
             return write(make.upsert(OnConflict::merge, "thing", {"id", "name"}, {"id"}, {"name"}), cells(8, "x", 8, "y"), {});
         }},
        {"a conflict on another key fails",
         "unique_violation relation=thing constraint=thing_code_key columns=code values=B",
         [](auto make, auto write) {
             return write(make.upsert(OnConflict::merge, "thing", {"id", "code"}, {"id"}, {"code"}), cells(1, "B"), {});
         }},
        {"nothing given at all",
         "done affected=1 inserted=1",
         [](auto make, auto write) { return write(make.upsert(OnConflict::ignore, "thing", {}, {"id"}), {}, {}); },
         "1|a|1|A 2|b|2|B 3|c|3|null 4|none|7|null"},
    });
}

TEST_F(ThingTest, Updates) {
    check({
        {"by condition",
         "done affected=2 inserted=0",
         [](auto make, auto write) { return write(make.update("thing", {"name"}, "id", Operator::gt), cells("x"), {number(1)}); },
         "1|a|1|A 2|x|2|B 3|x|3|null"},
        {"read back under the key it has then",
         "done affected=1 inserted=0 rows=20, 'b';",
         [](auto make, auto write) {
             return write(make.returning(make.update("thing", {"id"}, "id"), "thing", {"id", "name"}), cells(20), {number(2)});
         },
         "1|a|1|A 3|c|3|null 20|b|2|B"},
        {"the first two by size, in an order of their own",
         "done affected=2 inserted=0 rows=2, 'x';1, 'x';",
         [](auto make, auto write) {
             auto plan = make.first(make.update("thing", {"name"}, "id", Operator::gt), "thing", "size");
             auto reading = make.reading("thing", {"id", "name"});
             reading.steps[0].select.order.push_back(
                 {.expression = make.make().column(0, "thing", "id"), .direction = query::Direction::descending, .nulls = std::nullopt}
             );
             plan.returning = std::make_shared<query::Plan const>(reading);
             return write(plan, cells("x"), {number(0), number(2)});
         },
         "1|x|1|A 2|x|2|B 3|c|3|null"},
        {"the first by size",
         "done affected=1 inserted=0",
         [](auto make, auto write) { return write(make.first(make.update("thing", {"name"}), "thing", "size"), cells("x"), {number(1)}); },
         "1|x|1|A 2|b|2|B 3|c|3|null"},
        {"none",
         "done affected=0 inserted=0 rows=",
         [](auto make, auto write) {
             return write(make.returning(make.update("thing", {"name"}, "id"), "thing", {"id"}), cells("x"), {number(99)});
         }},
    });
}

TEST_F(ThingTest, Removals) {
    check({
        {"by condition",
         "done affected=2 inserted=0",
         [](auto make, auto write) { return write(make.remove("thing", "id", Operator::gt), {}, {number(1)}); },
         "1|a|1|A"},
        {"all", "done affected=3 inserted=0", [](auto make, auto write) { return write(make.remove("thing"), {}, {}); }, ""},
        {"read before they go",
         "done affected=2 inserted=0 rows=1, 'a';2, 'b';",
         [](auto make, auto write) {
             return write(make.returning(make.remove("thing", "id", Operator::lt), "thing", {"id", "name"}), {}, {number(3)});
         },
         "3|c|3|null"},
        {"the first by size",
         "done affected=1 inserted=0 rows=1;",
         [](auto make, auto write) {
             return write(make.returning(make.first(make.remove("thing"), "thing", "size"), "thing", {"id"}), {}, {number(1)});
         },
         "2|b|2|B 3|c|3|null"},
    });
}

TEST_F(ThingTest, ColumnsThatARowDoesNotGiveTakeTheirDefaults) {
    open(kThings);
    auto made = writing(
        make().returning(make().insert("thing", {"id", "name", "size"}), "thing", {"name", "size"}),
        cells(11, "x", nullptr, 12, nullptr, 5, 13, nullptr, nullptr, 14, "y", nullptr)
    );
    made->values.given = {1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0};
    EXPECT_EQ(shown(*made), "done affected=4 inserted=4 rows='x', 7;'none', 5;'none', 7;'y', 7;");
}

TEST_F(ThingTest, AConditionOnTheNumberOfRowsThatIsNotMetLeavesNothingBehind) {
    open(kThings);
    auto all = [&] { return writing(make().returning(make().update("thing", {"name"}), "thing", {"id"}), cells("x")); };
    auto made = all();
    made->request.max_affected = 2;
    EXPECT_EQ(shown(*made), "max_affected_exceeded affected=3 maximum=2");
    made = all();
    made->request.exactly_one = true;
    EXPECT_EQ(shown(*made), "not_singular count=3");
    made = all();
    made->request.limits.max_rows = 2;
    EXPECT_EQ(shown(*made), "limit_exceeded limit=rows of an answer maximum=2");
    made = all();
    made->request.limits.max_bytes = 40;
    EXPECT_EQ(shown(*made), "limit_exceeded limit=bytes of an answer maximum=40");
    EXPECT_EQ(stored("SELECT name FROM thing"), "a b c");
    made = all();
    made->request.max_affected = 3;
    made->request.limits.max_rows = 3;
    EXPECT_EQ(shown(*made), "done affected=3 inserted=0 rows=1;2;3;");
}

TEST_F(ThingTest, AWriteToBeUndoneIsDoneReadBackAndUndone) {
    open(kThings);
    auto made = writing(make().returning(make().insert("thing", {"id", "name"}), "thing", {"id", "size"}), cells(9, "x"));
    made->request.rollback = true;
    EXPECT_EQ(shown(*made), "done affected=1 inserted=1 rows=9, 7;");
    EXPECT_EQ(stored("SELECT count(*) FROM thing"), "3");
}

TEST_F(ThingTest, AWriteCancelledBeforeItBeginsIsDropped) {
    open(kThings);
    Cancellation cancellation;
    cancellation.cancel();
    auto made = writing(make().remove("thing"));
    made->request.cancellation = &cancellation;
    EXPECT_EQ(shown(*made), "cancelled");
    EXPECT_EQ(stored("SELECT count(*) FROM thing"), "3");
}

TEST_F(ThingTest, AStoreNotOpenedForWritingWritesNothing) {
    open(kThings);
    SqliteOptions options{.file = folder_.file()};
    auto store = open_sqlite(options).value();
    EXPECT_FALSE(store->writable());
    EXPECT_TRUE(store_->writable());
    worker_ = std::make_unique<Worker>(*store);
    EXPECT_EQ(write(make().remove("thing")), "read_only statement=DELETE");
    worker_.reset();
}

TEST_F(ThingTest, AThousandRowsAreOneStatementsWork) {
    open(kThings);
    std::vector<query::Cell> many;
    for (int i = 0; i < 1000; ++i) {
        many.push_back(cell(100 + i));
        many.push_back(cell("x"));
    }
    EXPECT_EQ(write(make().insert("thing", {"id", "name"}), many), "done affected=1000 inserted=1000");
}

}  // namespace
}  // namespace koine::store::sqlite
