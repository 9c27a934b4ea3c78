#include "store/sqlite/session.hpp"

#include "store/sqlite/music_fixture.hpp"

#include <gtest/gtest.h>

namespace koine::store::sqlite {
namespace {

using namespace testing;
using query::Aggregate;
using query::Argument;
using query::Cell;
using query::Expression;
using query::Operator;
using query::Plan;
using query::Predicate;
using query::Source;
using Kind = Predicate::Kind;
using model::Type;

class SessionTest : public MusicTest {
protected:
    /// The ids of `entity`'s rows that satisfy the predicate.
    std::string matching(std::string_view entity, Predicate where, std::vector<Argument> const& arguments) {
        auto plan = root(entity, {"id"});
        plan.steps[0].select.where = std::move(where);
        plan.steps[0].select.order = {by(make().column(0, entity, "id"))};
        auto done = worker_->run(plan, arguments, rows_);
        if (!done) return reason(done);
        std::string out;
        for (auto const& cell : rows_.steps[0].cells) out += shown(cell) + " ";
        return out;
    }
    Expression album(std::string_view name) const { return make().column(0, "album", name); }
    Expression odd(std::string_view name) const { return make().column(0, "odd", name); }
    void add(std::string const& text) {
        ForeignProgram(folder_.file()).run(text);
        open();
    }
};

TEST_F(SessionTest, ReadsARoot) {
    ASSERT_EQ(reason(worker_->run(root("artist", {"id", "name"}), {}, rows_)), "done");
    EXPECT_EQ(shown(rows_.steps[0]), "1, 'Björk'\n2, 'Can'\n3, 'Nobody'\n");
    EXPECT_EQ(rows_.statements, 1U);
    EXPECT_FALSE(rows_.cut);
}

TEST_F(SessionTest, ReadsARootWithOrderAndPage) {
    auto plan = root("album", {"id"});
    auto& select = plan.steps[0].select;
    select.order = {{album("year"), query::Direction::descending, query::Nulls::last}};
    select.limit = 0;
    select.offset = 1;
    auto prepared = worker_->prepare(plan);
    ASSERT_EQ(reason(worker_->run(prepared, {number(2), number(1)}, rows_)), "done");
    EXPECT_EQ(shown(rows_.steps[0]), "1\n3\n");
    ASSERT_EQ(reason(worker_->run(prepared, {nothing(), number(3)}, rows_)), "done");
    EXPECT_EQ(shown(rows_.steps[0]), "4\n");
}

TEST_F(SessionTest, ReadsAToOneRelationByItsJoin) {
    auto plan = root("album", {"id"});
    auto& select = plan.steps[0].select;
    auto artist = make().column(1, "artist", "id");
    select.sources.push_back(make().source(Source::Join::left, 1, "artist", Builder::equal(artist, album("artist_id"))));
    auto present = artist;
    present.kind = Expression::Kind::present;
    select.columns.push_back(present);
    select.columns.push_back(make().column(1, "artist", "name"));
    select.order = {by(album("id"))};
    ASSERT_EQ(reason(worker_->run(plan, {}, rows_)), "done");
    EXPECT_EQ(shown(rows_.steps[0]), "1, 1, 'Björk'\n2, 1, 'Björk'\n3, 1, 'Can'\n4, null, null\n");
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

TEST_F(SessionTest, TheNumberOfStatementsDoesNotDependOnRowsAndEmptyParentsNeedNone) {
    auto plan = root("artist", {"id"});
    child(plan, 0, "album", "artist_id", {"id"});
    plan.steps[0].select.where = Builder::where(Kind::compare, Operator::eq, make().column(0, "artist", "id"), 0);
    auto prepared = worker_->prepare(plan);
    for (auto [id, statements] : {std::pair(1, 2U), std::pair(3, 2U), std::pair(99, 1U)}) {
        ASSERT_EQ(reason(worker_->run(prepared, {number(id)}, rows_)), "done");
        EXPECT_EQ(rows_.statements, statements) << id;
    }
}

TEST_F(SessionTest, LimitsAndOffsetsAreAParents) {
    add("INSERT INTO note VALUES (5, 3, 'e'), (6, 3, 'f'), (7, 1, 'g')");
    for (auto const* entity : {"note", "indexed_note"}) {
        if (std::string_view(entity) == "indexed_note")
            add("CREATE TABLE indexed_note(id INTEGER PRIMARY KEY, album_id INT REFERENCES album(id), text TEXT); "
                "INSERT INTO indexed_note SELECT * FROM note; CREATE INDEX i ON indexed_note(album_id)");
        auto plan = root("album", {"id"});
        plan.steps[0].select.order = {by(album("id"))};
        auto& step = child(plan, 0, entity, "album_id", {"text"});
        step.select.order = {by(make().column(1, entity, "id"), query::Direction::descending)};
        step.limit = 0;
        step.offset = 1;
        ASSERT_EQ(reason(worker_->run(plan, {number(2), number(1)}, rows_)), "done");
        EXPECT_EQ(shown(rows_.steps[1]), "0: 'b'\n2: 'e'\n2: 'c'\n") << entity;
    }
}

TEST_F(SessionTest, KeysOfEveryClassAndDuplicatesFindTheirRows) {
    add("CREATE TABLE parent(id INTEGER PRIMARY KEY, k, t TEXT); CREATE TABLE kid(id INTEGER PRIMARY KEY, k); "
        "CREATE TABLE indexed_kid(id INTEGER PRIMARY KEY, k); CREATE INDEX kids ON indexed_kid(k);"
        "INSERT INTO parent(k) VALUES ('a'), (x'00ff'), (1.5), (1), (NULL), ('a'), (0.1), (''), (9007199254740993);"
        "INSERT INTO kid(k) VALUES (9007199254740993), ('a'), (NULL), (x'00ff'), (1.0), (1.5), ('1'), (0.1), ('');"
        "INSERT INTO indexed_kid SELECT * FROM kid");
    for (auto const* entity : {"kid", "indexed_kid"}) {
        auto plan = root("parent", {"k"});
        child(plan, 0, entity, "k", {"id"});
        ASSERT_EQ(reason(worker_->run(plan, {}, rows_)), "done");
        EXPECT_EQ(shown(rows_.steps[1]), "0: 2\n1: 4\n2: 6\n3: 5\n5: 2\n6: 8\n7: 9\n8: 1\n") << entity;
    }
}

TEST_F(SessionTest, CompositeKeysFindTheirRows) {
    add("CREATE TABLE kid(id INTEGER PRIMARY KEY, a TEXT, b INT); CREATE TABLE indexed_kid(id INTEGER PRIMARY KEY, a TEXT, b INT);"
        "CREATE INDEX kids ON indexed_kid(b, a); CREATE TABLE parent(a, b); INSERT INTO parent VALUES ('x', 1), ('y', 1), ('x', NULL), "
        "('x', '2');"
        "INSERT INTO kid(a, b) VALUES ('x', 2), ('y', 1), ('x', 1), ('x', 1), ('x', NULL), ('z', 1); INSERT INTO indexed_kid SELECT * FROM "
        "kid");
    for (auto const* entity : {"kid", "indexed_kid"}) {
        auto plan = root("parent", {"a", "b"});
        auto& step = child(plan, 0, entity, "a", {"id"});
        step.keys.push_back(make().column(1, entity, "b"));
        step.parent_cells = {0, 1};
        ASSERT_EQ(reason(worker_->run(plan, {}, rows_)), "done");
        EXPECT_EQ(shown(rows_.steps[1]), "0: 3\n0: 4\n1: 2\n3: 1\n") << entity;
    }
}

TEST_F(SessionTest, FiltersAndLists) {
    Argument list;
    list.list = {Cell::of(std::int64_t{3}), Cell(), Cell::of(std::int64_t{1})};
    EXPECT_EQ(matching("album", Builder::where(Kind::in, Operator::in, album("id")), {list}), "1 3 ");
    auto not_in = Builder::of(Kind::negation, {Builder::where(Kind::in, Operator::in, album("id"))});
    EXPECT_EQ(matching("album", not_in, {list}), "2 4 ");
    EXPECT_EQ(matching("album", not_in, {Argument()}), "1 2 3 4 ");
    EXPECT_EQ(matching("album", Builder::where(Kind::test, Operator::is_null, album("year")), {}), "4 ");
    EXPECT_EQ(matching("album", Builder::where(Kind::compare, Operator::is_distinct, album("year")), {number(1993)}), "2 3 4 ");
    EXPECT_EQ(matching("album", Builder::where(Kind::pattern, Operator::like, album("title")), {text("*e*t")}), "1 ");
    EXPECT_EQ(matching("album", Builder::where(Kind::pattern, Operator::ilike, album("title")), {text("%BAMYAS_")}), "3 ");
    EXPECT_EQ(matching("album", Builder::where(Kind::pattern, Operator::match, album("title")), {text("^(P|L)ost$")}), "2 4 ");
    EXPECT_EQ(matching("album", Builder::where(Kind::pattern, Operator::imatch, album("title")), {text("^p")}), "2 ");
    EXPECT_EQ(matching("album", Builder::where(Kind::pattern, Operator::match, album("title")), {text("(")}), "invalid_regex");
    EXPECT_EQ(
        matching("album", Builder::where(Kind::pattern, Operator::ilike, album("title")), {text(std::string(5000, '%'))}), "limit_exceeded"
    );
    EXPECT_EQ(
        matching("album", Builder::where(Kind::pattern, Operator::like, album("title")), {text(std::string(60'000, '*'))}), "limit_exceeded"
    );
    EXPECT_EQ(matching("album", Builder::where(Kind::compare, Operator::eq, album("id")), {}), "internal");
    auto exists = Builder::of(Kind::exists, {});
    auto& inner = exists.select.emplace_back();
    inner.sources = {make().root(1, "note")};
    inner.where = Builder::equal(make().column(1, "note", "album_id"), album("id"));
    EXPECT_EQ(matching("album", exists, {}), "1 3 ");
    EXPECT_EQ(matching("album", Builder::of(Kind::negation, {exists}), {}), "2 4 ");
}

TEST_F(SessionTest, DynamicColumnsCompareWithinAClass) {
    add("CREATE TABLE odd(id INTEGER PRIMARY KEY, v); INSERT INTO odd(v) VALUES (12), ('12'), ('abc'), (NULL), (x'00'), (13.5)");
    auto with = [&](Operator op, std::string_view literal, std::optional<double> value) {
        return matching("odd", Builder::where(Kind::compare_dynamic, op, odd("v")), {text(literal), value ? real(*value) : nothing()});
    };
    EXPECT_EQ(with(Operator::eq, "12", 12), "1 2 ");
    EXPECT_EQ(with(Operator::eq, "abc", {}), "3 ");
    EXPECT_EQ(with(Operator::neq, "12", 12), "3 5 6 ");
    EXPECT_EQ(with(Operator::neq, "abc", {}), "1 2 5 6 ");
    EXPECT_EQ(with(Operator::is_distinct, "12", 12), "3 4 5 6 ");
    EXPECT_EQ(with(Operator::gt, "12", 12), "6 ");
    EXPECT_EQ(with(Operator::gte, "12", 12), "1 6 ");
    EXPECT_EQ(with(Operator::lt, "13", 13), "1 ");
    EXPECT_EQ(with(Operator::gt, "aa", {}), "3 ");
    EXPECT_EQ(with(Operator::lte, "abc", {}), "2 3 ");
}

TEST_F(SessionTest, JsonPathsComparisonsAndContainment) {
    add(R"(CREATE TABLE odd(id INTEGER PRIMARY KEY, j JSON); INSERT INTO odd(j) VALUES ('{"a":{"b":[1.50,"x"]}}'), ('{"a":2}'), ('nonsense'), (NULL), ('[]'))"
    );
    auto plan = root("odd", {"id"});
    auto path = Builder::over(Expression::Kind::json_path, Type::json, {odd("j")});
    plan.steps[0].select.columns.push_back(path);
    path.slot = 1;
    path.as_text = true;
    plan.steps[0].select.columns.push_back(path);
    ASSERT_EQ(reason(worker_->run(plan, {text(R"(["a"])"), text(R"(["a","b",-1])")}, rows_)), "done");
    EXPECT_EQ(shown(rows_.steps[0]), "1, '{\"b\":[1.50,\"x\"]}', 'x'\n2, '2', null\n3, null, null\n4, null, null\n5, null, null\n");
    EXPECT_EQ(matching("odd", Builder::where(Kind::json_contains, Operator::contains, odd("j")), {text(R"({"a":{"b":["x"]}})")}), "1 ");
    EXPECT_EQ(matching("odd", Builder::where(Kind::json_contains, Operator::contained, odd("j")), {text(R"({"a":2,"b":1})")}), "2 ");
    EXPECT_EQ(matching("odd", Builder::where(Kind::json_compare, Operator::eq, odd("j")), {text(R"({ "a" : 2.0 })")}), "2 ");
    EXPECT_EQ(matching("odd", Builder::where(Kind::json_compare, Operator::is_distinct, odd("j")), {text(R"({"a":2})")}), "1 3 4 5 ");
    EXPECT_EQ(reason(worker_->run(plan, {text("nonsense"), text("[]")}, rows_)), "internal");
}

TEST_F(SessionTest, CastsOfStoredValuesFailByTheirValue) {
    auto plan = root("album", {"id"});
    plan.steps[0].select.columns.push_back(Builder::over(Expression::Kind::cast, Type::text, {album("year")}));
    ASSERT_EQ(reason(worker_->run(plan, {}, rows_)), "done");
    EXPECT_EQ(shown(rows_.steps[0]), "1, '1993'\n2, '1995'\n3, '1972'\n4, null\n");
    plan.steps[0].select.columns[1] = Builder::over(Expression::Kind::cast, Type::integer, {album("title")});
    auto done = worker_->run(plan, {}, rows_);
    ASSERT_EQ(reason(done), "invalid_literal");
    EXPECT_EQ(done.error().argument("value"), "Debut");
    EXPECT_EQ(done.error().argument("type"), "integer");
}

TEST_F(SessionTest, AggregatesGroupsAndTotals) {
    auto plan = root("album", {"artist_id"});
    auto& select = plan.steps[0].select;
    select.columns.push_back(Builder::aggregate(Aggregate::count));
    select.columns.push_back(Builder::aggregate(Aggregate::max, {album("year")}));
    select.group_by = {album("artist_id")};
    select.grouped = true;
    select.order = {by(album("artist_id"))};
    plan.total = select;
    plan.total->order.clear();
    ASSERT_EQ(reason(worker_->run(plan, {}, rows_)), "done");
    EXPECT_EQ(shown(rows_.steps[0]), "null, 1, null\n1, 2, 1995\n2, 1, 1972\n");
    EXPECT_EQ(rows_.total, 3);
    EXPECT_EQ(rows_.statements, 2U);
    add("CREATE TABLE odd(id INTEGER PRIMARY KEY, v INT); INSERT INTO odd(v) VALUES (9223372036854775807), (1)");
    auto sum = root("odd", {});
    sum.steps[0].select.columns = {Builder::aggregate(Aggregate::sum, {odd("v")})};
    sum.steps[0].select.grouped = true;
    EXPECT_EQ(reason(worker_->run(sum, {}, rows_)), "integer_overflow");
}

TEST_F(SessionTest, CapsCutTheRootAndEachParentsChildren) {
    auto prepared = worker_->prepare(root("album", {"id"}));
    ASSERT_EQ(reason(worker_->run(prepared, {}, rows_, {.max_rows = 3})), "done");
    EXPECT_EQ(rows_.steps[0].count(), 3U);
    EXPECT_TRUE(rows_.cut);
    ASSERT_EQ(reason(worker_->run(prepared, {}, rows_, {.max_rows = 4})), "done");
    EXPECT_FALSE(rows_.cut);
    auto plan = root("artist", {"id"});
    child(plan, 0, "album", "artist_id", {"id"});
    ASSERT_EQ(reason(worker_->run(plan, {}, rows_, {.max_rows = 3})), "done");
    EXPECT_FALSE(rows_.cut);
    plan.steps[0].select.where = Builder::where(Kind::compare, Operator::eq, make().column(0, "artist", "id"), 0);
    ASSERT_EQ(reason(worker_->run(plan, {number(1)}, rows_, {.max_rows = 1})), "done");
    EXPECT_EQ(shown(rows_.steps[1]), "0: 1\n");
    EXPECT_TRUE(rows_.cut);
    add("INSERT INTO album(title) VALUES (zeroblob(100000)), (zeroblob(100000))");
    auto titles = worker_->prepare(root("album", {"title"}));
    ASSERT_EQ(reason(worker_->run(titles, {}, rows_, {.max_bytes = 150'000})), "done");
    EXPECT_EQ(rows_.steps[0].count(), 5U);
    EXPECT_TRUE(rows_.cut);
    EXPECT_EQ(reason(worker_->run(titles, {}, rows_, {.max_bytes = 10})), "limit_exceeded");
}

TEST_F(SessionTest, TextsWithNulsAndUtf16DatabasesReadAsUtf8) {
    add("UPDATE artist SET name = 'a' || char(0) || 'b' WHERE id = 1");
    ASSERT_EQ(reason(worker_->run(root("artist", {"name"}), {}, rows_)), "done");
    EXPECT_EQ(rows_.steps[0].cells[0].view(), std::string_view("a\0b", 3));
    TemporaryFolder other;
    ForeignProgram(other.file())
        .run("PRAGMA encoding='UTF-16le'; CREATE TABLE artist(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO artist VALUES (1, 'Björk')");
    auto store = open_sqlite({.file = other.file()}).value();
    Worker worker(*store);
    Plan plan;
    plan.steps.resize(1);
    plan.steps[0].select.sources = {Builder(store->model()).root(0, "artist")};
    plan.steps[0].select.columns = {Builder(store->model()).column(0, "artist", "name")};
    plan.steps[0].select.where = Builder::where(Kind::pattern, Operator::ilike, plan.steps[0].select.columns[0]);
    ASSERT_EQ(reason(worker.run(plan, {text("bJÖrk")}, rows_)), "done");
    EXPECT_EQ(shown(rows_.steps[0]), "'Björk'\n");
}

TEST_F(SessionTest, UsersViewsMayUseFullTextSearchAndJson) {
    add("CREATE VIRTUAL TABLE words USING fts5(w); INSERT INTO words VALUES ('alpha beta'), ('gamma');"
        "CREATE VIEW found AS SELECT rowid AS id, w FROM words WHERE words MATCH 'beta';"
        "CREATE VIEW parts AS SELECT value AS id FROM json_each('[7,8]')");
    ASSERT_EQ(reason(worker_->run(root("found", {"id", "w"}), {}, rows_)), "done");
    EXPECT_EQ(shown(rows_.steps[0]), "1, 'alpha beta'\n");
    ASSERT_EQ(reason(worker_->run(root("parts", {"id"}), {}, rows_)), "done");
    EXPECT_EQ(shown(rows_.steps[0]), "7\n8\n");
}

}  // namespace
}  // namespace koine::store::sqlite
