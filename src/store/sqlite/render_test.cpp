#include "store/sqlite/render.hpp"

#include "store/sqlite/quoted_name.hpp"
#include "store/sqlite/testing.hpp"
#include "store/sqlite/writer.hpp"

#include <gtest/gtest.h>

namespace koine::store::sqlite {
namespace {

using namespace testing;
using query::Aggregate;
using query::Expression;
using query::Operator;
using query::Predicate;
using query::Select;
using query::Source;
using query::Step;
using Kind = Predicate::Kind;
using model::Type;

/// album(id, title, artist_id, info, any) with an index on artist_id; artist(id, na`me, live).
model::Model music() {
    auto column = [](std::string name, Type type) {
        model::Column made;
        made.name = std::move(name);
        made.type = type;
        return made;
    };
    model::Entity album;
    album.name = "album";
    album.columns = {
        column("id", Type::integer),
        column("title", Type::text),
        column("artist_id", Type::integer),
        column("info", Type::json),
        column("any", Type::dynamic)
    };
    album.indexes = {{.name = "by_artist", .columns = {2}}};
    model::Entity artist;
    artist.name = "artist";
    artist.columns = {column("id", Type::integer), column("na`me", Type::text), column("live", Type::boolean)};
    model::Model model;
    model.entities = {album, artist};
    model.index();
    return model;
}

class RenderTest : public ::testing::Test {
protected:
    std::string text_of(Predicate const& predicate) const {
        Writer out(model_);
        write_condition(out, predicate);
        return out.take_text();
    }
    std::string text_of(Expression const& expression) const {
        Writer out(model_);
        write_expression(out, expression);
        return out.take_text();
    }
    Expression album(std::string_view name) const { return make_.column(0, "album", name); }
    Expression artist(std::string_view name) const { return make_.column(1, "artist", name); }
    Step tracks() const {
        Step step;
        step.parent = 0;
        step.parent_cells = {0};
        step.select.columns = {album("id"), album("title")};
        step.select.sources = {make_.root(0, "album")};
        step.keys = {album("artist_id")};
        return step;
    }
    /// The step below a root that gives its parents' cells.
    query::Plan below(Step step) const {
        query::Plan plan;
        auto& root = plan.steps.emplace_back();
        root.select.sources = {make_.root(1, "artist")};
        root.select.columns = {artist("id"), artist("na`me")};
        plan.steps.push_back(std::move(step));
        return plan;
    }
    std::string child(Step const& step, ChildForm form) const { return render_child(model_, below(step), 1, form).value().text; }

    model::Model model_ = music();
    Builder make_{model_};
};

TEST_F(RenderTest, NamesAreQuotedWithBackticksAndInnerOnesDoubled) {
    EXPECT_EQ(text_of(artist("na`me")), "t1.`na``me`");
    EXPECT_EQ(quoted_name("a\"b"), "`a\"b`");
}

TEST_F(RenderTest, EveryExpression) {
    auto path = Builder::over(Expression::Kind::json_path, Type::json, {album("info")});
    path.slot = 4;
    EXPECT_EQ(text_of(path), "koine_json(t0.`info`, ?1, 0)");
    path.as_text = true;
    EXPECT_EQ(text_of(path), "koine_json(t0.`info`, ?1, 1)");
    EXPECT_EQ(text_of(Builder::over(Expression::Kind::cast, Type::integer, {album("title")})), "koine_to_integer(t0.`title`)");
    EXPECT_EQ(text_of(Builder::over(Expression::Kind::cast, Type::text, {artist("live")})), "koine_to_text(koine_boolean_word(t1.`live`))");
    EXPECT_EQ(text_of(Builder::aggregate(Aggregate::count)), "count(*)");
    EXPECT_EQ(text_of(Builder::aggregate(Aggregate::sum, {album("id")})), "sum(t0.`id`)");
    auto present = artist("id");
    present.kind = Expression::Kind::present;
    EXPECT_EQ(text_of(present), "CASE WHEN t1.`id` IS NOT NULL THEN 1 END");
}

TEST_F(RenderTest, EveryExpressionOfAFormula) {
    using expression::Function;
    using Op = expression::Formula::Op;
    auto constant = [](query::Slot slot) {
        auto made = Builder::over(Expression::Kind::constant, Type::text, {});
        made.slot = slot;
        return made;
    };
    auto call = [](Function function, std::vector<Expression> operands) {
        auto made = Builder::over(Expression::Kind::call, Type::text, std::move(operands));
        made.function = function;
        return made;
    };
    auto arithmetic = [](Op op, Expression left, Expression right) {
        auto made = Builder::over(Expression::Kind::arithmetic, Type::real, {std::move(left), std::move(right)});
        made.op = op;
        return made;
    };
    EXPECT_EQ(text_of(constant(3)), "?1");
    EXPECT_EQ(text_of(constant(query::kNoSlot)), "NULL");
    auto choose = Builder::over(Expression::Kind::choose, Type::integer, {album("id"), album("title")});
    EXPECT_EQ(text_of(choose), "CASE WHEN t0.`title` = ?1 THEN t0.`id` END");
    EXPECT_EQ(text_of(call(Function::host, {album("title")})), "koine_call_host(t0.`title`)");
    EXPECT_EQ(text_of(call(Function::now, {})), "koine_call_now()");
    EXPECT_EQ(text_of(call(Function::coalesce, {album("title"), constant(0)})), "coalesce(NULL, t0.`title`, ?1)");
    EXPECT_EQ(
        text_of(call(Function::choose, {artist("live"), constant(0), constant(query::kNoSlot)})),
        "CASE WHEN t1.`live` THEN ?1 ELSE NULL END"
    );
    EXPECT_EQ(
        text_of(arithmetic(Op::divide, arithmetic(Op::subtract, album("id"), constant(0)), constant(1))), "((t0.`id` - ?1) * 1.0 / ?2)"
    );

    auto albums = std::make_shared<Select>();
    albums->sources = {{.join = Source::Join::root, .alias = 2, .entity = 0, .on = {}}};
    auto theirs = album("artist_id");
    theirs.alias = 2;
    albums->where = Builder::equal(theirs, artist("id"));
    auto count = Builder::over(Expression::Kind::count, Type::bigint, {});
    count.select = albums;
    EXPECT_EQ(text_of(count), "(SELECT count(*) FROM `album` AS t2 WHERE t2.`artist_id` = t1.`id`)");
    auto lookup = Builder::over(Expression::Kind::lookup, Type::text, {});
    auto one = std::make_shared<Select>(*albums);
    one->columns = {theirs};
    lookup.select = one;
    EXPECT_EQ(text_of(lookup), "(SELECT t2.`artist_id` FROM `album` AS t2 WHERE t2.`artist_id` = t1.`id`)");

    Predicate two;
    two.kind = Kind::compare_two;
    two.op = Operator::gte;
    two.operands = {album("id"), constant(0)};
    EXPECT_EQ(text_of(two), "t0.`id` >= ?1");
    two.op = Operator::is_distinct;
    auto truth = Builder::over(Expression::Kind::predicate, Type::boolean, {});
    truth.condition = std::make_shared<Predicate const>(two);
    EXPECT_EQ(text_of(truth), "(t0.`id` IS NOT ?1)");
    Predicate holds;
    holds.kind = Kind::holds;
    holds.operands = {truth};
    EXPECT_EQ(text_of(Builder::of(Kind::negation, {holds})), "NOT ((t0.`id` IS NOT ?1))");
}

TEST_F(RenderTest, EveryPredicate) {
    struct Case {
        Kind kind;
        Operator op;
        std::string_view column;
        std::string_view text;
    };
    std::vector<Case> const cases = {
        {Kind::compare, Operator::eq, "id", "t0.`id` = ?1"},
        {Kind::compare, Operator::neq, "id", "t0.`id` <> ?1"},
        {Kind::compare, Operator::gt, "id", "t0.`id` > ?1"},
        {Kind::compare, Operator::gte, "id", "t0.`id` >= ?1"},
        {Kind::compare, Operator::lt, "id", "t0.`id` < ?1"},
        {Kind::compare, Operator::lte, "id", "t0.`id` <= ?1"},
        {Kind::compare, Operator::is_distinct, "id", "t0.`id` IS NOT ?1"},
        {Kind::compare_dynamic, Operator::eq, "any", "t0.`any` IN (?1, ?2)"},
        {Kind::compare_dynamic, Operator::neq, "any", "t0.`any` NOT IN (?1, ?2)"},
        {Kind::compare_dynamic, Operator::gt, "any", "(t0.`any` > ?1 AND t0.`any` < ?2)"},
        {Kind::compare_dynamic, Operator::lte, "any", "(t0.`any` <= ?1 AND t0.`any` >= ?2)"},
        {Kind::compare_dynamic, Operator::is_distinct, "any", "(t0.`any` IS NOT ?1 AND t0.`any` IS NOT ?2)"},
        {Kind::in, Operator::in, "id", "t0.`id` IN (SELECT value FROM koine_list(?1))"},
        {Kind::test, Operator::is_null, "id", "t0.`id` IS NULL"},
        {Kind::test, Operator::is_not_null, "id", "t0.`id` IS NOT NULL"},
        {Kind::test, Operator::is_true, "id", "t0.`id` IS TRUE"},
        {Kind::test, Operator::is_false, "id", "t0.`id` IS FALSE"},
        {Kind::test, Operator::is_unknown, "id", "t0.`id` IS NULL"},
        {Kind::pattern, Operator::like, "title", "t0.`title` GLOB ?1"},
        {Kind::pattern, Operator::ilike, "title", "koine_ilike(t0.`title`, ?1)"},
        {Kind::pattern, Operator::match, "title", "koine_match(t0.`title`, ?1)"},
        {Kind::pattern, Operator::imatch, "title", "koine_match(t0.`title`, ?1)"},
        {Kind::json_compare, Operator::gte, "info", "koine_json_compare(t0.`info`, ?1) >= 0"},
        {Kind::json_contains, Operator::contains, "info", "koine_contains(t0.`info`, ?1)"},
        {Kind::json_contains, Operator::contained, "info", "koine_contains(?1, t0.`info`)"},
    };
    for (auto const& wanted : cases) EXPECT_EQ(text_of(Builder::where(wanted.kind, wanted.op, album(wanted.column), 7)), wanted.text);
}

TEST_F(RenderTest, TreesOfPredicatesKeepTheirShape) {
    auto is = [&](query::Slot slot) { return Builder::where(Kind::compare, Operator::eq, album("id"), slot); };
    auto any = Builder::of(Kind::any_of, {is(0), is(1)});
    EXPECT_EQ(text_of(Builder::of(Kind::all_of, {any, is(0)})), "(t0.`id` = ?1 OR t0.`id` = ?2) AND t0.`id` = ?1");
    EXPECT_EQ(text_of(Builder::of(Kind::negation, {any})), "NOT (t0.`id` = ?1 OR t0.`id` = ?2)");
    EXPECT_EQ(text_of(Builder::of(Kind::all_of, {})), "1");
    EXPECT_EQ(text_of(Builder::of(Kind::any_of, {})), "0");
    EXPECT_EQ(text_of(Builder::of(Kind::never, {})), "0");
    EXPECT_EQ(text_of(Builder::equal(album("artist_id"), artist("id"))), "t0.`artist_id` = t1.`id`");
    auto exists = Builder::of(Kind::exists, {});
    auto& inner = exists.select.emplace_back();
    inner.sources = {make_.root(1, "artist")};
    inner.where = Builder::equal(artist("id"), album("artist_id"));
    EXPECT_EQ(text_of(exists), "t0.`artist_id` IN (SELECT t1.`id` FROM `artist` AS t1 WHERE t1.`id` IS NOT NULL)");
}

TEST_F(RenderTest, ASelectWithEverything) {
    Select select;
    select.columns = {album("title"), Builder::aggregate(Aggregate::count)};
    select.sources = {
        make_.root(0, "album"), make_.source(Source::Join::left, 1, "artist", Builder::equal(artist("id"), album("artist_id")))
    };
    select.where = Builder::where(Kind::compare, Operator::gt, album("id"), 2);
    select.group_by = {album("title")};
    select.grouped = true;
    select.order = {{album("title"), query::Direction::descending, query::Nulls::last}};
    select.limit = 0;
    select.offset = 1;
    auto rendered = render(model_, select);
    EXPECT_EQ(
        rendered.text,
        "SELECT t0.`title`, count(*) FROM `album` AS t0 LEFT JOIN `artist` AS t1 ON t1.`id` = t0.`artist_id` WHERE t0.`id` > ?1 "
        "GROUP BY t0.`title` ORDER BY t0.`title` DESC NULLS LAST LIMIT ?2 OFFSET ?3"
    );
    EXPECT_EQ(rendered.binds, (std::vector<Bind>{{BindForm::value, 2}, {BindForm::limit, 0}, {BindForm::offset, 1}}));
    EXPECT_EQ(rendered.width, 2U);
    Select groups;
    groups.columns = groups.group_by = {album("title")};
    groups.sources = {make_.root(0, "album")};
    EXPECT_EQ(render_total(model_, groups).text, "SELECT count(*) FROM (SELECT t0.`title` FROM `album` AS t0 GROUP BY t0.`title`)");
}

TEST_F(RenderTest, AnIndexedChildSeeks) {
    auto step = tracks();
    EXPECT_EQ(child_form(model_, below(step), 1), ChildForm::seek);
    EXPECT_EQ(
        child(step, ChildForm::seek),
        "SELECT k.ordinal, t0.`id`, t0.`title` FROM koine_keys(?1) AS k CROSS JOIN `album` AS t0 WHERE t0.`artist_id` = k.c0"
    );
    step.select.where =
        Builder::of(Kind::any_of, {Builder::of(Kind::never, {}), Builder::where(Kind::test, Operator::is_null, album("id"))});
    step.select.order = {{album("title"), query::Direction::ascending, {}}};
    EXPECT_EQ(
        child(step, ChildForm::seek),
        "SELECT k.ordinal, t0.`id`, t0.`title` FROM koine_keys(?1) AS k CROSS JOIN `album` AS t0 WHERE t0.`artist_id` = k.c0 AND "
        "(0 OR t0.`id` IS NULL) ORDER BY k.ordinal, t0.`title`"
    );
    step.limit = 3;
    step.select.where = {};
    EXPECT_EQ(
        child(step, ChildForm::seek),
        "SELECT ordinal, c0, c1 FROM (SELECT k.ordinal AS ordinal, t0.`id` AS c0, t0.`title` AS c1, row_number() OVER (PARTITION BY "
        "k.ordinal ORDER BY t0.`title`) AS n FROM koine_keys(?1) AS k CROSS JOIN `album` AS t0 WHERE t0.`artist_id` = k.c0) WHERE "
        "n > 0 AND n - 0 <= ?2 ORDER BY ordinal, n"
    );
}

TEST_F(RenderTest, AChildSeeksByAnIndexWhoseFirstColumnsEqualValues) {
    auto step = tracks();
    step.keys = {album("title")};
    step.parent_cells = {1};
    model_.entities[*model_.entity("album")].indexes.push_back({.name = "generic", .columns = {album("info").column, album("title").column}}
    );
    EXPECT_EQ(child_form(model_, below(step), 1), ChildForm::gather);
    auto const equals = Builder::where(Kind::compare, Operator::eq, album("info"), 2);
    auto const is_more = Builder::where(Kind::compare, Operator::gt, album("info"), 2);
    for (auto const& [where, want] : std::vector<std::pair<query::Predicate, ChildForm>>{
             {equals, ChildForm::seek},
             {Builder::of(Kind::all_of, {is_more, equals}), ChildForm::seek},
             {is_more, ChildForm::gather},
             {Builder::of(Kind::any_of, {equals, is_more}), ChildForm::gather},
             {Builder::where(Kind::compare, Operator::eq, artist("id"), 2), ChildForm::gather},
         }) {
        step.select.where = where;
        EXPECT_EQ(child_form(model_, below(step), 1), want) << text_of(where);
    }
}

TEST_F(RenderTest, AChildWithoutIndexIsGathered) {
    auto step = tracks();
    step.keys = {album("title")};
    EXPECT_EQ(child_form(model_, below(step), 1), ChildForm::gather);
    step.keys = {album("artist_id"), album("title")};
    step.parent_cells = {0, 1};
    step.select.order = {{album("id"), query::Direction::descending, {}}};
    EXPECT_EQ(
        child(step, ChildForm::gather),
        "WITH m AS MATERIALIZED (SELECT t0.`id` AS c0, t0.`title` AS c1, t0.`id` AS o0, t0.`artist_id` AS k0, t0.`title` AS k1 FROM "
        "`album` AS t0 WHERE (t0.`artist_id`, t0.`title`) IN (SELECT c0, c1 FROM koine_keys(?1))) SELECT k.ordinal, m.c0, m.c1 FROM "
        "koine_keys(?1) AS k CROSS JOIN m WHERE m.k0 = k.c0 AND m.k1 = k.c1 ORDER BY k.ordinal, m.o0 DESC"
    );
}

TEST_F(RenderTest, WhatCannotBeCarriedIsAProblem) {
    auto step = tracks();
    step.select.grouped = true;
    EXPECT_EQ(render_child(model_, below(step), 1).error().reason(), Reason::internal);
    step = tracks();
    step.keys.assign(9, album("id"));
    step.parent_cells.assign(9, 0);
    EXPECT_EQ(render_child(model_, below(step), 1).error().reason(), Reason::feature_not_supported);
}

}  // namespace
}  // namespace koine::store::sqlite
