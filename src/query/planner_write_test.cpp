#include "query/planner.hpp"
#include "query/test_model.hpp"
#include "query/test_print.hpp"
#include "query/test_query.hpp"

#include <gtest/gtest.h>

namespace koine::query {
namespace {

using namespace testing;

/// A table with everything that matters to writes, beside the music.
model::Model writing() {
    auto model = ModelBuilder()
                     .table("item", "id:bigint! code:text a:integer b:integer sum:integer label:text")
                     .table("pair", "one:bigint! two:bigint! note:text", "one two")
                     .table("free", "a:integer b:text", "")
                     .table("only", "id:bigint!")
                     .view("item_v", "item", "id code")
                     .references("item", "item_a_fkey", "a", "only", "id")
                     .unique("item", "code")
                     .unique("item", "a b")
                     .build();
    auto& item = model.entities[*model.entity("item")];
    item.columns[4].generated = true;
    item.columns[5].not_binary = true;
    item.unique_keys.push_back({"label", {5}});
    auto& view = model.entities[*model.entity("item_v")];
    view.insertable = view.deletable = false;
    return model;
}

class Writing {
public:
    Writing(Change change, std::string relation) {
        made_.change = change;
        made_.relation = std::move(relation);
    }
    Writing& columns(std::string_view names) {
        made_.columns = words(names);
        return *this;
    }
    Writing& conflict(OnConflict what, std::string_view columns = "") {
        made_.on_conflict = what;
        made_.conflict_columns = words(columns);
        return *this;
    }
    /// What a request asks, as if it were a read.
    Writing& asking(Query query) {
        split(std::move(query), made_);
        return *this;
    }
    Writing& returning() {
        made_.returning = Returning::rows;
        return *this;
    }
    operator Mutation() const { return made_; }

private:
    Mutation made_;
};

Writing insert(std::string relation = "item") { return {Change::insert, std::move(relation)}; }
Writing update(std::string relation = "item") { return {Change::update, std::move(relation)}; }
Writing removal(std::string relation = "item") { return {Change::remove, std::move(relation)}; }

std::string names(model::Entity const& entity, std::vector<ColumnId> const& columns) {
    std::string out;
    for (auto id : columns) out += (out.empty() ? "" : " ") + entity.columns[id].name;
    return out;
}

/// A plan in a few lines; or the refusal with its arguments.
std::string planned(Mutation const& mutation, PlanLimits const& limits = {}) {
    auto const model = writing();
    auto plan = plan_write(model, mutation, limits, "public");
    if (!plan) {
        std::string out(to_string(plan.error().reason()));
        for (std::string_view name : {"relation", "column", "columns", "statement", "suggestion", "feature", "limit", "target", "key"})
            if (auto value = plan.error().argument(name)) out += fmt::format(" {}={}", name, *value);
        return out;
    }
    auto const& made = *plan.value();
    auto const& entity = model[made.entity];
    constexpr std::array<std::string_view, 4> kConflicts = {"", " ignore", " merge", " replace"};
    std::string out = fmt::format("{} ({})", entity.name, names(entity, made.columns));
    out += kConflicts[static_cast<std::size_t>(made.on_conflict)];
    if (made.on_conflict != OnConflict::fail) out += fmt::format(" on ({})", names(entity, made.conflict_columns));
    if (!made.merged.empty()) out += fmt::format(" set ({})", names(entity, made.merged));
    if (!made.chosen.sources.empty()) {
        Plan chosen;
        chosen.steps.emplace_back().select = made.chosen;
        chosen.slots = made.slots;
        auto text = print(model, chosen);
        out += text.substr(std::string("step 0:").size(), text.size() - std::string("step 0:\n{}\n").size());
    }
    if (made.returning) out += "\n" + print(model, *made.returning);
    return out;
}

struct Case {
    std::string_view name;
    Mutation mutation;
    std::string_view want;
};

void expect(std::vector<Case> const& cases) {
    for (auto const& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(planned(c.mutation), c.want);
    }
}

TEST(Split, TellsWhatChoosesRowsFromWhatIsReturned) {
    Query read = Asking("artist")
                     .select({all(), embed("album", {col("title")})})
                     .where(on("id", Operator::eq, {"1"}))
                     .where(on("title", Operator::eq, {"x"}), {"album"})
                     .where(on("name", Operator::eq, {"y"}))
                     .order({asc("id")})
                     .order({asc("title")}, {"album"})
                     .window({5, 2})
                     .window({1, 0}, {"album"})
                     .key({"7"})
                     .count();
    Mutation mutation;
    split(Query(read), mutation);
    EXPECT_EQ(mutation.relation, "artist");
    Query const chosen = Asking("artist")
                             .where(on("id", Operator::eq, {"1"}))
                             .where(on("name", Operator::eq, {"y"}))
                             .order({asc("id")})
                             .window({5, 2})
                             .key({"7"});
    EXPECT_EQ(mutation.chosen, chosen);
    Query const returned = Asking("artist")
                               .select({all(), embed("album", {col("title")})})
                               .where(on("title", Operator::eq, {"x"}), {"album"})
                               .order({asc("id")})
                               .order({asc("title")}, {"album"})
                               .window({1, 0}, {"album"});
    EXPECT_EQ(mutation.returned, returned);
}

TEST(PlanWrite, TakesColumnsInTheOrderGiven) {
    expect({
        {"some", insert().columns("b id"), "item (b id)"},
        {"none", insert(), "item ()"},
        {"one twice", insert().columns("b id b"), "item (b id)"},
        {"filters mean nothing to an insert", insert().columns("b").asking(Asking("item").where(on("x", Operator::eq, {"1"}))), "item (b)"},
    });
}

TEST(PlanWrite, SettlesConflicts) {
    using enum OnConflict;
    expect({
        {"the primary key", insert().columns("id a b").conflict(merge), "item (id a b) merge on (id) set (a b)"},
        {"a key of two columns, in the key's order",
         insert("pair").columns("note two one").conflict(merge, "two one"),
         "pair (note two one) merge on (one two) set (note)"},
        {"a unique key", insert().columns("code a").conflict(merge, "code"), "item (code a) merge on (code) set (a)"},
        {"a unique key of two", insert().columns("code b").conflict(merge, "b a b"), "item (code b) merge on (a b) set (code)"},
        {"another key's column is taken", insert().columns("id code").conflict(merge, "code"), "item (id code) merge on (code) set (id)"},
        {"only the key's columns", insert().columns("id").conflict(merge), "item (id) merge on (id) set (id)"},
        {"no columns", insert().conflict(merge), "item () merge on (id) set (id)"},
        {"equal but in case", insert().columns("label a").conflict(merge, "label"), "item (label a) merge on (label) set (a label)"},
        {"not given, it stays", insert().columns("a").conflict(replace, "label"), "item (a) replace on (label) set (code a b)"},
        {"ignore sets nothing", insert().columns("id a").conflict(ignore), "item (id a) ignore on (id)"},
        {"replace takes all but the key", insert().columns("id a").conflict(replace), "item (id a) replace on (id) set (code a b label)"},
        {"the primary key stays", insert().columns("code").conflict(replace, "code"), "item (code) replace on (code) set (a b label)"},
        {"unless it is given", insert().columns("id code").conflict(replace, "code"), "item (id code) replace on (code) set (id a b label)"
        },
        {"a table that is its key", insert("only").columns("id").conflict(replace), "only (id) replace on (id) set (id)"},
        {"no key, no conflict", insert("free").columns("a").conflict(merge), "free (a)"},
        {"columns without a conflict", insert().columns("a").conflict(fail, "nocol"), "item (a)"},
    });
}

TEST(PlanWrite, ChoosesRows) {
    expect({
        {"all", removal(), "item () from item t0"},
        {"by key and filters",
         update().columns("a").asking(Asking("item").key({"1"}).where(on("code", Operator::eq, {"x"}))),
         "item (a) from item t0 where (t0.code eq $0 and t0.id eq $1)\n$0: literal text, condition 0[0]\n$1: literal bigint, key 0"},
        {"an order without a limit means nothing", removal().asking(Asking("item").order({asc("nocol")})), "item () from item t0"},
        {"the first of an order",
         removal().asking(Asking("item").order({desc("a")}).window({2, 0})),
         "item () from item t0 order t0.a desc nulls first, t0.id desc limit $0\n$0: integer, limit"},
        {"all but the first",
         removal().asking(Asking("item").order({asc("id")}).window({{}, 3})),
         "item () from item t0 order t0.id asc limit $0 offset $1\n$0: integer, limit\n$1: integer, offset"},
        {"without a key every column decides",
         removal("free").asking(Asking("free").order({asc("b", Nulls::first)}).window({2, 0})),
         "free () from free t0 order t0.b asc, t0.a asc limit $0\n$0: integer, limit"},
        {"by what it embeds, as a read would",
         removal("only").asking(Asking("only")
                                    .select({embed("item", {})})
                                    .where(on("b", Operator::eq, {"5"}), {"item"})
                                    .where(on("item", Operator::is_null))
                                    .where(on("id", Operator::gt, {"7"}))),
         "only () from only t0 where (not exists(from item t2 where (t2.a = t0.id and t2.b eq $0)) and t0.id gt $1)\n"
         "$0: literal integer, condition 2[0]\n$1: literal bigint, condition 1[0]"},
    });
}

TEST(PlanWrite, ReadsBackWhatWasWritten) {
    expect({
        {"all columns",
         insert("free").columns("a").asking(Asking("free").where(on("a", Operator::eq, {"1"})).window({5, 5})).returning(),
         "free (a)\nstep 0: t0.a, t0.b from free t0 limit $0\n$0: integer, limit\n{a c0, b c1}\n"},
        {"aggregates",
         removal("free").asking(Asking("free").select({aggregate(Aggregate::count), col("b")})).returning(),
         "free () from free t0\nstep 0: count(*), t0.b from free t0 grouped by t0.b limit $0\n$0: integer, limit\n{count c0, b c1}\n"},
        {"inner relations choose what is shown, not what is written",
         update("only").asking(Asking("only").select({col("id"), inner(embed("item", {}))})).returning(),
         "only () from only t0\n"
         "step 0: t0.id from only t0 where exists(from item t2 where t2.a = t0.id) limit $0\n$0: integer, limit\n{id c0}\n"},
        {"an order and what is embedded",
         update("only")
             .asking(Asking("only").select({embed("item", {col("b")})}).where(on("b", Operator::eq, {"5"}), {"item"}).order({asc("id")}))
             .returning(),
         "only () from only t0\n"
         "step 0: t0.id from only t0 order t0.id asc limit $1\n"
         "step 1 of 0(t1.a=c0): t1.b from item t1 where t1.b eq $0\n"
         "$0: literal integer, condition 0[0]\n$1: integer, limit\n{item many s1 {b c0}}\n"},
    });
}

TEST(PlanWrite, RefusesWhatCannotBe) {
    using enum OnConflict;
    auto limited = [](OrderTerm term) { return Asking("item").select({embed("only", {all()})}).order({std::move(term)}).window({1, 0}); };
    expect({
        {"a relation", insert("itm"), "unknown_relation relation=itm suggestion=item"},
        {"a column of the body", insert().columns("id cod"), "unknown_body_column relation=item column=cod suggestion=code"},
        {"a generated column, insert", insert().columns("sum"), "generated_column relation=item column=sum statement=INSERT"},
        {"a generated column, update", update().columns("sum"), "generated_column relation=item column=sum statement=UPDATE"},
        {"a view, insert", insert("item_v").columns("nocol"), "not_writable relation=item_v statement=INSERT"},
        {"a view, delete", removal("item_v"), "not_writable relation=item_v statement=DELETE"},
        {"no column of that name", insert().conflict(merge, "cod"), "unknown_column relation=item column=cod suggestion=code"},
        {"no key of that column", insert().conflict(merge, "b"), "no_conflict_target relation=item columns=b"},
        {"more than a key", insert().conflict(ignore, "id code"), "no_conflict_target relation=item columns=id, code"},
        {"a filter's column",
         update().asking(Asking("item").where(on("nocol", Operator::eq, {"1"}))),
         "unknown_column relation=item column=nocol"},
        {"a key of another length", update().asking(Asking("item").key({"1", "2"})), "not_found relation=item key=1,2"},
        {"a limit alone", removal().asking(Asking("item").window({1, 0})), "limit_without_order"},
        {"an offset alone", removal().asking(Asking("item").window({{}, 1})), "limit_without_order"},
        {"a limited order's column", removal().asking(limited(asc("cod"))), "unknown_column relation=item column=cod suggestion=code"},
        {"a limited order by a relation",
         removal().asking(limited(of("only", asc("id")))),
         "feature_not_supported feature=writes limited in the order of a related column"},
        {"existence of what is not embedded",
         removal("only").asking(Asking("only").where(on("item", Operator::is_null))),
         "unknown_column relation=only column=item"},
        {"a filter on what is not embedded",
         removal("only").asking(Asking("only").where(on("a", Operator::eq), {"item"})),
         "not_embedded relation=item"},
        {"an unknown embed, though nothing is returned",
         insert().asking(Asking("item").select({embed("nothing", {all()})})),
         "unknown_relationship target=nothing"},
        {"a selected column, if it is returned",
         insert().asking(Asking("item").select({col("cod")})).returning(),
         "unknown_column relation=item column=cod suggestion=code"},
        {"a selected column, if nothing is returned", insert().asking(Asking("item").select({col("cod")})), "item ()"},
    });
    auto upsert = writing();
    upsert.entities[*upsert.entity("item_v")].insertable = true;
    upsert.entities[*upsert.entity("item_v")].primary_key = model::Key{"pk", {0}};
    auto plan = plan_write(upsert, insert("item_v").columns("id").conflict(merge), {}, "public");
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().argument("feature"), "upserts into a view");
    EXPECT_TRUE(plan_write(upsert, insert("item_v").columns("id"), {}, "public"));
}

}  // namespace
}  // namespace koine::query
