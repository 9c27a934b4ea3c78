#include "query/planner.hpp"
#include "query/test_print.hpp"
#include "query/test_selection.hpp"

#include <gtest/gtest.h>

namespace koine::query {
namespace {

using namespace testing;
using Op = Formula::Op;
using Kind = Formula::Kind;

Query placed(Query query, Filter filter) {
    query.filters.push_back({{}, std::move(filter)});
    return query;
}
Query ordered(Query query, std::vector<OrderTerm> terms, std::vector<std::string> path = {}) {
    query.orders.push_back({std::move(path), std::move(terms)});
    return query;
}
Query counted(Query query) {
    query.count = Count::exact;
    return query;
}
SelectItem sorted(SelectItem item, std::vector<OrderTerm> order) {
    item.order = std::move(order);
    return item;
}

TEST(PlannerSelection, FollowsRelationshipsByNumberAndKeepsMarks) {
    expect_plans(
        {
            {"an object, and members lifted out of one",
             selecting(
                 "session",
                 {marked(col("id"), 1),
                  marked(along("session", "peer", {marked(col("asn"), 3)}), 2),
                  lifted(along("session", "router", {marked(col("name", "router_name"), 4)}))}
             ),
             R"(
step 0: t0.id, t1.id, t1.asn, t2.name from session t0 left peer t1 on t1.id = t0.peer_id left router t2 on t2.id = t0.router_id limit $0
$0: integer, limit
{id#1 c0, peer#2 one c1 {asn#3 c2}, router_name#4 c3}
)"},
            {"lists in their own order, through a junction and by a fixed type",
             selecting(
                 "peer",
                 {marked(sorted(along("peer", "tags", {marked(col("slug"), 2)}), {asc("slug")}), 1),
                  marked(along("peer", "notes", {marked(col("body"), 4)}), 3)}
             ),
             R"(
step 0: t0.id from peer t0 limit $1
step 1 of 0(t3.source_id=c0): t1.slug from peer_tags t3 inner tag t1 on t1.id = t3.target_id order t1.slug asc, t1.id asc
step 2 of 0(t2.object_id=c0): t2.body from note t2 where t2.object_type eq $0
$0: literal text net.peer
$1: integer, limit
{tags#1 many s1 {slug#2 c0}, notes#3 many s2 {body#4 c0}}
)"},
            {"the query's order of a list goes before the selection's",
             ordered(selecting("peer", {sorted(along("peer", "tags", {col("slug")}), {asc("slug")})}), {desc("id")}, {"tags"}),
             R"(
step 0: t0.id from peer t0 limit $0
step 1 of 0(t2.source_id=c0): t1.slug from peer_tags t2 inner tag t1 on t1.id = t2.target_id order t1.id desc
$0: integer, limit
{tags many s1 {slug c0}}
)"},
            {"a list ordered by a column of another relation",
             selecting("router", {sorted(along("router", "sessions", {col("id")}), {through({number_of("session", "peer")}, asc("asn"))})}),
             R"(
step 0: t0.id from router t0 limit $0
step 1 of 0(t1.router_id=c0): t1.id from session t1 left peer t2 on t2.id = t1.peer_id order t2.asn asc nulls last, t1.id asc
$0: integer, limit
{sessions many s1 {id c0}}
)"},
            {"cells that are filled afterwards, each its own, also where a formula is null",
             selecting(
                 "peer",
                 {marked(blank("a", Type::text), 1),
                  marked(blank("b", Type::text), 2),
                  marked(computed(Formula{}, "none"), 3),
                  marked(along("peer", "tags", {marked(blank("c", Type::json), 5)}), 4)}
             ),
             R"(
step 0: null, null, null, t0.id from peer t0 limit $0
step 1 of 0(t2.source_id=c3): null from peer_tags t2 inner tag t1 on t1.id = t2.target_id
$0: integer, limit
{a#1 c0, b#2 c1, none#3 c2, tags#4 many s1 {c#5 c0}}
)"},
            {"how many rows relations have",
             selecting("peer", {marked(count_of("peer", "tags"), 1), marked(count_of("peer", "notes"), 2)}),
             R"(
step 0: rows(from peer_tags t2 inner tag t1 on t1.id = t2.target_id where t2.source_id = t0.id), rows(from note t3 where (t3.object_id = t0.id and t3.object_type eq $0)) from peer t0 limit $1
$0: literal text net.peer
$1: integer, limit
{tags#1 c0, notes#2 c1}
)"},
            {"the row that a type and a key name, by type",
             selecting(
                 "note",
                 {marked(variant("peer", "net.peer", {marked(col("asn"), 2), marked(along("peer", "tags", {col("slug")}), 3)}), 1),
                  marked(variant("router", "net.router", {marked(col("name"), 5)}), 4)}
             ),
             R"(
step 0: choose(t0.object_id where t0.object_type = $0), choose(t0.object_id where t0.object_type = $1) from note t0 limit $2
step 1 of 0(t1.id=c0): t1.asn, t1.id from peer t1
step 2 of 1(t4.source_id=c1): t2.slug from peer_tags t4 inner tag t2 on t2.id = t4.target_id
step 3 of 0(t3.id=c1): t3.name from router t3
$0: literal text net.peer
$1: literal text net.router
$2: integer, limit
{peer#1 first s1 {asn#2 c0, tags#3 many s2 {slug c0}}, router#4 first s3 {name#5 c0}}
)"},
            {"what is fixed in a junction",
             placed(selecting("peer", {along("peer", "labels", {col("slug")}), count_of("peer", "labels")}), related("peer", "labels", {})),
             R"(
step 0: rows(from peer_tags t5 inner tag t4 on t4.id = t5.target_id where (t5.source_id = t0.id and t5.kind eq $0)), t0.id from peer t0 where exists(from peer_tags t3 inner tag t2 on t2.id = t3.target_id where (t3.source_id = t0.id and t3.kind eq $0)) limit $1
step 1 of 0(t6.source_id=c1): t1.slug from peer_tags t6 inner tag t1 on t1.id = t6.target_id where t6.kind eq $0
$0: literal text label
$1: integer, limit
{labels c0, labels many s1 {slug c0}}
)"},
            {"nothing of the row itself", selecting("peer", {}), R"(
step 0: from peer t0 limit $0
$0: integer, limit
{}
)"},
        },
        {},
        network()
    );
}

TEST(PlannerSelection, FiltersByRelatedRows) {
    auto const sessions = [](std::vector<Filter> children) { return related("peer", "sessions", std::move(children)); };
    expect_plans(
        {
            {"all conditions on the same row, numbered in order",
             counted(placed(
                 placed(
                     selecting("peer", {col("asn")}),
                     sessions({on("address", Operator::ilike, {"%a%"}), related("session", "router", {on("name", Operator::in, {"r"})})})
                 ),
                 on("asn", Operator::gt, {"1"})
             )),
             R"(
step 0: t0.asn from peer t0 where (exists(from session t1 where (t1.peer_id = t0.id and t1.address ilike $0 and exists(from router t2 where (t2.id = t1.router_id and t2.name in $1)))) and t0.asn gt $2) limit $3
total: count(*) from peer t0 where (exists(from session t1 where (t1.peer_id = t0.id and t1.address ilike $0 and exists(from router t2 where (t2.id = t1.router_id and t2.name in $1)))) and t0.asn gt $2) grouped
$0: ilike, condition 0[0]
$1: list text, condition 1[0]
$2: literal bigint, condition 2[0]
$3: integer, limit
{asn c0}
)"},
            {"no row of a junction's target; every fixed type",
             placed(
                 selecting("peer", {col("asn")}),
                 any_of(
                     {negated(related("peer", "tags", {negated(on("slug", Operator::eq, {"x"}))})),
                      related("peer", "notes", {}),
                      on("asn", Operator::eq, {"7"})}
                 )
             ),
             R"(
step 0: t0.asn from peer t0 where (not exists(from peer_tags t2 inner tag t1 on t1.id = t2.target_id where (t2.source_id = t0.id and not t1.slug eq $0)) or exists(from note t3 where (t3.object_id = t0.id and t3.object_type eq $1)) or t0.asn eq $2) limit $3
$0: literal text, condition 0[0]
$1: literal text net.peer
$2: literal bigint, condition 1[0]
$3: integer, limit
{asn c0}
)"},
            {"a formula, in which paths do not rely on joins that a count leaves out",
             counted(placed(
                 selecting("session", {along("session", "router", {col("name")})}),
                 negated(holding(compare(path("router.name", Class::text), Op::eq, text("r1"))))
             )),
             R"(
step 0: t1.id, t1.name from session t0 left router t1 on t1.id = t0.router_id where not lookup(t2.name from router t2 where t2.id = t0.router_id) eq $0 limit $1
total: count(*) from session t0 where not lookup(t2.name from router t2 where t2.id = t0.router_id) eq $0 grouped
$0: literal text r1
$1: integer, limit
{router one c0 {name c1}}
)"},
        },
        {},
        network()
    );
}

TEST(PlannerSelection, OrdersThroughRelations) {
    auto const router = number_of("session", "router");
    auto const platform = number_of("router", "platform");
    expect_plans(
        {
            {"joined for the order alone, once",
             counted(ordered(
                 selecting("session", {col("id")}),
                 {through({router}, asc("name")), through({router, platform}, desc("name")), asc("address")}
             )),
             R"(
step 0: t0.id from session t0 left router t1 on t1.id = t0.router_id left platform t2 on t2.id = t1.platform_id order t1.name asc nulls last, t2.name desc nulls first, t0.address asc nulls last, t0.id asc limit $0
total: count(*) from session t0 grouped
$0: integer, limit
{id c0}
)"},
            {"by the selection's join",
             ordered(selecting("session", {along("session", "router", {col("name")})}), {through({router, platform}, asc("name"))}),
             R"(
step 0: t1.id, t1.name from session t0 left router t1 on t1.id = t0.router_id left platform t2 on t2.id = t1.platform_id order t2.name asc nulls last, t0.id asc limit $0
$0: integer, limit
{router one c0 {name c1}}
)"},
            {"not by a join that hides rows",
             [&] {
                 auto query = ordered(selecting("session", {along("session", "router", {col("name")})}), {through({router}, asc("name"))});
                 query.filters.push_back({{"router"}, on("name", Operator::eq, {"r1"})});
                 return query;
             }(),
             R"(
step 0: t1.id, t1.name from session t0 left router t1 on (t1.id = t0.router_id and t1.name eq $0) left router t2 on t2.id = t0.router_id order t2.name asc nulls last, t0.id asc limit $1
$0: literal text, condition 0[0]
$1: integer, limit
{router one c0 {name c1}}
)"},
        },
        {},
        network()
    );
}

TEST(PlannerSelection, ComparesAndOrdersAsColumnsDo) {
    expect_plans(
        {
            {"values, there and through relations",
             ordered(
                 placed(
                     placed(selecting("session", {col("id")}), related("session", "peer", {on("rate", Operator::gt, {"4.2"})})),
                     related("session", "peer", {on("rate", Operator::in, {"4.2", "18"})})
                 ),
                 {through({number_of("session", "peer")}, desc("rate")), asc("id")}
             ),
             R"(
step 0: t0.id from session t0 left peer t3 on t3.id = t0.peer_id where (exists(from peer t1 where (t1.id = t0.peer_id and t1.rate as decimal gt $0)) and exists(from peer t2 where (t2.id = t0.peer_id and t2.rate as decimal in $1))) order t3.rate as decimal desc nulls first, t0.id asc limit $2
$0: literal text, condition 0[0]
$1: list text, condition 1[0]
$2: integer, limit
{id c0}
)"},
            {"formulas work on what is stored, or on its number",
             placed(selecting("peer", {}), holding(compare(path("rate", Class::text), Op::eq, text("4.2")))),
             R"(
step 0: from peer t0 where t0.rate eq $0 limit $1
$0: literal text 4.2
$1: integer, limit
{}
)"},
        },
        {},
        network()
    );
}

TEST(PlannerSelection, WorksOutFormulas) {
    auto const show = [](std::string entity, Formula formula) { return selecting(std::move(entity), {computed(std::move(formula))}); };
    expect_plans(
        {
            {"functions of columns and constants",
             show(
                 "peer",
                 call(
                     Function::concat,
                     Class::text,
                     {call(Function::upper, Class::text, {path("name", Class::text)}), text("-"), path("asn", Class::number)}
                 )
             ),
             R"(
step 0: concat(upper(t0.name), $0, t0.asn) from peer t0 limit $1
$0: literal text -
$1: integer, limit
{computed c0}
)"},
            {"a choice, null tests and boolean paths",
             show(
                 "peer",
                 call(
                     Function::choose,
                     Class::number,
                     {formula(Kind::all_of, Class::boolean, {path("affiliated", Class::boolean), compare(path("name"), Op::neq, null())}),
                      path("asn", Class::number),
                      null()}
                 )
             ),
             R"(
step 0: if([(holds(t0.affiliated) and t0.name is not null)], t0.asn, null) from peer t0 limit $0
$0: integer, limit
{computed c0}
)"},
            {"numbers: kept as text, whole, divided",
             show(
                 "peer", calculate(path("rate", Class::number), Op::divide, calculate(path("asn", Class::number), Op::add, number("1.5")))
             ),
             R"(
step 0: (t0.rate::numeric / (t0.asn + $0)) from peer t0 limit $1
$0: literal double precision 1.5
$1: integer, limit
{computed c0}
)"},
            {"lists, patterns and negation",
             show(
                 "peer",
                 formula(
                     Kind::any_of,
                     Class::boolean,
                     {formula(Kind::in, Class::boolean, {path("asn", Class::number), number("1"), number("2")}),
                      formula(
                          Kind::negation,
                          Class::boolean,
                          {call(Function::matches, Class::boolean, {path("name", Class::text), text("a|b")})}
                      )}
                 )
             ),
             R"(
step 0: [((t0.asn eq $0 or t0.asn eq $1) or not t0.name match $2)] from peer t0 limit $3
$0: literal bigint 1
$1: literal bigint 2
$2: regex \A(?:a|b)\z
$3: integer, limit
{computed c0}
)"},
            {"a reference is its key, and its key needs no row", show("session", compare(path("router"), Op::eq, path("peer.id"))), R"(
step 0: [t0.router_id eq t0.peer_id] from session t0 limit $0
$0: integer, limit
{computed c0}
)"},
            {"parts of a reference of several types",
             show(
                 "note",
                 formula(
                     Kind::all_of,
                     Class::boolean,
                     {compare(path("object.type"), Op::eq, text("net.peer")), compare(path("object"), Op::neq, null())}
                 )
             ),
             R"(
step 0: [(t0.object_type eq $0 and t0.object_id is not null)] from note t0 limit $1
$0: literal text net.peer
$1: integer, limit
{computed c0}
)"},
            {"further rows are looked up", show("session", path("router.platform.name", Class::text)), R"(
step 0: lookup(t2.name from router t1 inner platform t2 on t2.id = t1.platform_id where t1.id = t0.router_id) from session t0 limit $0
$0: integer, limit
{computed c0}
)"},
            {"unless the selection joined them",
             selecting("session", {along("session", "router", {col("id")}), computed(path("router.platform.name", Class::text))}),
             R"(
step 0: lookup(t2.name from platform t2 where t2.id = t1.platform_id), t1.id from session t0 left router t1 on t1.id = t0.router_id limit $0
$0: integer, limit
{computed c0, router one c1 {id c1}}
)"},
            {"whether a related row exists, with the row around",
             show("peer", call(Function::exists, Class::boolean, {compare(path("router.name"), Op::eq, outer("name"))}, "sessions")),
             R"(
step 0: [exists(from session t1 where (t1.peer_id = t0.id and lookup(t2.name from router t2 where t2.id = t1.router_id) eq t0.name))] from peer t0 limit $0
$0: integer, limit
{computed c0}
)"},
            {"how many related rows there are",
             show(
                 "router",
                 calculate(
                     call(Function::count, Class::number, {path("enabled", Class::boolean)}, "sessions"),
                     Op::add,
                     call(Function::count, Class::number, {}, "sessions.peer.notes")
                 )
             ),
             R"(
step 0: (rows(from session t1 where (t1.router_id = t0.id and holds(t1.enabled))) + rows(from session t2 inner peer t3 on t3.id = t2.peer_id inner note t4 on (t4.object_id = t3.id and t4.object_type eq $0) where t2.router_id = t0.id)) from router t0 limit $1
$0: literal text net.peer
$1: integer, limit
{computed c0}
)"},
            {"the time", show("peer", call(Function::now, Class::time, {})), R"(
step 0: now() from peer t0 limit $0
$0: integer, limit
{computed c0}
)"},
        },
        {},
        network()
    );
}

TEST(PlannerSelection, IsNotCappedAsARequestIs) {
    PlanLimits limits;
    limits.max_columns = 3;
    limits.max_embeds = 1;
    limits.max_joins = 1;
    limits.max_depth = 1;
    auto const router = along("session", "router", {lifted(along("router", "platform", {col("name")}))});
    auto query =
        selecting("session", {col("id"), col("address"), col("enabled"), lifted(along("session", "peer", {col("asn")})), lifted(router)});
    ASSERT_TRUE(plan_read(network(), query, limits, "public"));
    Query asked;
    asked.relation = "session";
    asked.select = query.selection->items;
    auto refused = plan_read(network(), asked, limits, "public");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason(), Reason::limit_exceeded);
    limits.max_cells = 3;
    EXPECT_FALSE(plan_read(network(), query, limits, "public")) << "a statement has its columns all the same";
}

TEST(PlannerSelection, RefusesWhatTheModelDoesNotHave) {
    auto stray = along("peer", "tags", {});
    stray.relationship = 99;
    auto lost = related("peer", "tags", {});
    lost.relationship = 99;
    struct Case {
        std::string name;
        Query query;
        Reason want;
    };
    std::vector<Case> const cases = {
        {"an embed's number", selecting("peer", {stray}), Reason::internal},
        {"a filter's number", placed(selecting("peer", {}), lost), Reason::internal},
        {"an order's number", ordered(selecting("peer", {}), {through({99}, asc("id"))}), Reason::internal},
        {"an order through many",
         ordered(selecting("peer", {}), {through({number_of("peer", "tags")}, asc("slug"))}),
         Reason::related_order_to_many},
        {"a path's column", selecting("session", {computed(path("router.nam"))}), Reason::unknown_column},
        {"a path's step", selecting("session", {computed(path("switch.name"))}), Reason::unknown_column},
        {"a path through many", selecting("peer", {computed(path("tags.slug"))}), Reason::unknown_column},
        {"an outer row that is not there", selecting("peer", {computed(outer("name"))}), Reason::internal},
        {"half a choice", selecting("peer", {computed(call(Function::choose, Class::text, {path("affiliated")}))}), Reason::internal},
        {"a variant of no entity", selecting("note", {variant("switch", "net.switch", {col("id")})}), Reason::unknown_relation},
        {"a variant without a type", selecting("peer", {variant("router", "net.router", {col("id")})}), Reason::unknown_column},
    };
    for (auto const& c : cases) {
        SCOPED_TRACE(c.name);
        auto plan = plan_read(network(), c.query, {}, "public");
        ASSERT_FALSE(plan);
        EXPECT_EQ(plan.error().reason(), c.want);
    }
}

TEST(PlannerSelection, BindsItsConstantsByType) {
    auto query = selecting("peer", {computed(calculate(number("2"), Op::add, number("1.5")))});
    query = placed(query, related("peer", "notes", {}));
    query = placed(query, holding(formula(Kind::in, Class::boolean, {path("affiliated"), said(Kind::boolean, Class::boolean, "true")})));
    query = placed(query, related("peer", "tags", {on("slug", Operator::eq, {"red"})}));
    auto plan = plan_read(network(), query, {}, "public");
    ASSERT_TRUE(plan) << describe(plan.error());
    Arena arena;
    std::vector<Argument> arguments;
    ASSERT_TRUE(koine::query::bind(*plan.value(), query, 10, arena, arguments));
    std::vector<Cell> cells;
    for (auto const& argument : arguments) cells.push_back(argument.scalar);
    EXPECT_EQ(
        cells,
        (std::vector<Cell>{
            Cell::text("net.peer"),
            Cell::of(std::int64_t{1}),
            Cell::text("red"),
            Cell::of(std::int64_t{2}),
            Cell::of(1.5),
            Cell::of(std::int64_t{11})
        })
    );
}

TEST(PlannerSelection, IsReadBackAfterAWrite) {
    Mutation mutation;
    split(placed(selecting("peer", {marked(col("asn"), 5)}), related("peer", "tags", {on("slug", Operator::eq, {"x"})})), mutation);
    mutation.change = Change::update;
    mutation.columns = {"name"};
    mutation.returning = Returning::rows;
    auto plan = plan_write(network(), mutation, {}, "public");
    ASSERT_TRUE(plan) << describe(plan.error());
    EXPECT_EQ(plan.value()->chosen.where.kind, Predicate::Kind::exists);
    ASSERT_EQ(plan.value()->returning->members.size(), 1U);
    EXPECT_EQ(plan.value()->returning->members[0].mark, 5U);
}

}  // namespace
}  // namespace koine::query
