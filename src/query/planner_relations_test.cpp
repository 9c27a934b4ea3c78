#include "query/planner.hpp"
#include "query/test_model.hpp"
#include "query/test_print.hpp"
#include "query/test_query.hpp"

#include <gtest/gtest.h>

namespace koine::query {
namespace {

using namespace testing;

TEST(PlannerRelations, GivesEachToManyRelationOneStep) {
    expect_plans({
        {"one-to-many", Asking("artist").select({col("name"), embed("album", {col("title")})}), R"(
step 0: t0.name, t0.id from artist t0 limit $0
step 1 of 0(t1.artist_id=c1): t1.title from album t1
$0: integer, limit
{name c0, album many s1 {title c0}}
)"},
        {"filter, order and window are each parent's",
         Asking("artist")
             .select({col("name"), embed("album", {col("title")})})
             .where(on("title", Operator::eq, {"Post"}), {"album"})
             .order({desc("id")}, {"album"})
             .window({1, 2}, {"album"}),
         R"(
step 0: t0.name, t0.id from artist t0 limit $3
step 1 of 0(t1.artist_id=c1) limit $1 offset $2: t1.title from album t1 where t1.title eq $0 order t1.id desc
$0: literal text, condition 0[0]
$1: integer, limit of window 0
$2: integer, offset of window 0
$3: integer, limit
{name c0, album many s1 {title c0}}
)"},
        {"many-to-many", Asking("album").select({col("title"), embed("genre", {col("name")})}).order({asc("name")}, {"genre"}), R"(
step 0: t0.title, t0.id from album t0 limit $0
step 1 of 0(t2.album_id=c1): t1.name from album_genre t2 inner genre t1 on t1.id = t2.genre_id order t1.name asc nulls last, t1.id asc
$0: integer, limit
{title c0, genre many s1 {name c0}}
)"},
        {"nested",
         Asking("artist")
             .select({col("name"), embed("album", {col("title"), embed("genre", {col("name")})})})
             .window({1, 0}, {"album", "genre"}),
         R"(
step 0: t0.name, t0.id from artist t0 limit $1
step 1 of 0(t1.artist_id=c1): t1.title, t1.id from album t1
step 2 of 1(t3.album_id=c1) limit $0: t2.name from album_genre t3 inner genre t2 on t2.id = t3.genre_id
$0: integer, limit of window 0
$1: integer, limit
{name c0, album many s1 {title c0, genre many s2 {name c0}}}
)"},
        {"below a to-one", Asking("album").select({col("id"), embed("artist", {embed("album", {col("title")})})}), R"(
step 0: t0.id, t1.id from album t0 left artist t1 on t1.id = t0.artist_id limit $0
step 1 of 0(t2.artist_id=c1): t2.title from album t2
$0: integer, limit
{id c0, artist one c1 {album many s1 {title c0}}}
)"},
        {"inner keeps parents that have any",
         Asking("artist")
             .select({col("name"), inner(embed("album", {col("title"), inner(embed("genre", {}))}))})
             .where(on("name", Operator::eq, {"Rock"}), {"album", "genre"})
             .count(),
         R"(
step 0: t0.name, t0.id from artist t0 where exists(from album t3 where (t3.artist_id = t0.id and exists(from album_genre t5 inner genre t4 on t4.id = t5.genre_id where (t5.album_id = t3.id and t4.name eq $0)))) limit $2
step 1 of 0(t1.artist_id=c1): t1.title from album t1 where exists(from album_genre t7 inner genre t6 on t6.id = t7.genre_id where (t7.album_id = t1.id and t6.name eq $1))
total: count(*) from artist t0 where exists(from album t3 where (t3.artist_id = t0.id and exists(from album_genre t5 inner genre t4 on t4.id = t5.genre_id where (t5.album_id = t3.id and t4.name eq $0)))) grouped
$0: literal text, condition 0[0]
$1: literal text, condition 0[0]
$2: integer, limit
{name c0, album many s1 {title c0}}
)"},
        {"inner with a window that hides rows",
         Asking("artist").select({col("name"), inner(embed("album", {}))}).window({5, 1}, {"album"}),
         R"(
step 0: t0.name from artist t0 where exists(from album t2 where t2.artist_id = t0.id limit $0 offset $1) limit $2
$0: integer, limit of window 0
$1: integer, offset of window 0
$2: integer, limit
{name c0}
)"},
        {"to itself",
         Asking("employee")
             .select({col("name"), embed("reports_to", {col("name")}), hinted(embed("employee", {col("name")}, "reports"), "reports_to")}),
         R"(
step 0: t0.name, t1.id, t1.name, t0.id from employee t0 left employee t1 on t1.id = t0.reports_to limit $0
step 1 of 0(t2.reports_to=c3): t2.name from employee t2
$0: integer, limit
{name c0, reports_to one c1 {name c2}, reports many s1 {name c0}}
)"},
        {"composite keys", Asking("region").select({col("name"), embed("shop", {col("name")})}), R"(
step 0: t0.name, t0.country, t0.code from region t0 limit $0
step 1 of 0(t1.country=c1, t1.code=c2): t1.name from shop t1
$0: integer, limit
{name c0, shop many s1 {name c0}}
)"},
    });
}

TEST(PlannerRelations, TestsWhetherARelationHasRows) {
    expect_plans({
        {"none", Asking("artist").select({col("name"), embed("album", {})}).where(on("album", Operator::is_null)), R"(
step 0: t0.name from artist t0 where not exists(from album t2 where t2.artist_id = t0.id) limit $0
$0: integer, limit
{name c0}
)"},
        {"some, with its own filter, in a group",
         Asking("artist")
             .select({col("id"), embed("album", {}), embed("profile", {col("url")}, "p")})
             .where(any_of({negated(on("album", Operator::is_null)), on("p", Operator::is_null)}))
             .where(on("title", Operator::eq, {"x"}), {"album"})
             .count(),
         R"(
step 0: t0.id, t2.artist_id, t2.url from artist t0 left profile t2 on t2.artist_id = t0.id where (not not exists(from album t3 where (t3.artist_id = t0.id and t3.title eq $0)) or not exists(from profile t4 where t4.artist_id = t0.id)) limit $1
total: count(*) from artist t0 where (not not exists(from album t3 where (t3.artist_id = t0.id and t3.title eq $0)) or not exists(from profile t4 where t4.artist_id = t0.id)) grouped
$0: literal text, condition 2[0]
$1: integer, limit
{id c0, p one c1 {url c2}}
)"},
        {"in the junction's table", Asking("album").select({col("id"), embed("genre", {})}).where(on("genre", Operator::is_not_null)), R"(
step 0: t0.id from album t0 where exists(from album_genre t3 inner genre t2 on t2.id = t3.genre_id where t3.album_id = t0.id) limit $0
$0: integer, limit
{id c0}
)"},
        {"a hidden to-one never has",
         Asking("album")
             .select({col("id"), embed("artist", {col("name")})})
             .where(on("artist", Operator::is_null))
             .window({0, 0}, {"artist"}),
         R"(
step 0: t0.id, t1.id, t1.name from album t0 left artist t1 on never where not never limit $0
$0: integer, limit
{id c0, artist one c1 {name c2}}
)"},
        {"a column wins over a relation's target",
         Asking("album").select({col("id"), embed("artist_id", {col("name")}, "artist")}).where(on("artist_id", Operator::is_null)),
         R"(
step 0: t0.id, t1.id, t1.name from album t0 left artist t1 on t1.id = t0.artist_id where t0.artist_id is null limit $0
$0: integer, limit
{id c0, artist one c1 {name c2}}
)"},
        {"a column is compared although a relation has its name",
         Asking("album").select({col("id"), embed("artist_id", {col("name")})}).where(on("artist_id", Operator::eq, {"1"})),
         R"(
step 0: t0.id, t1.id, t1.name from album t0 left artist t1 on t1.id = t0.artist_id where t0.artist_id eq $0 limit $1
$0: literal bigint, condition 0[0]
$1: integer, limit
{id c0, artist_id one c1 {name c2}}
)"},
    });
}

TEST(PlannerRelations, Aggregates) {
    expect_plans({
        {"without groups one row, which needs no total",
         Asking("album")
             .select({aggregate(Aggregate::sum, "price"), aggregate(Aggregate::count), aggregate(Aggregate::max, "title", "last")})
             .count(),
         R"(
step 0: sum(t0.price), count(*), max(t0.title) from album t0 grouped limit $0
one row
$0: integer, limit
{sum c0, count c1, last c2}
)"},
        {"groups are all that is selected beside",
         Asking("album")
             .select({aggregate(Aggregate::avg, "score"), col("artist_id"), embed("artist", {col("name")})})
             .order({desc("artist_id")})
             .count(),
         R"(
step 0: avg(t0.score), t0.artist_id, t1.id, t1.name from album t0 left artist t1 on t1.id = t0.artist_id grouped by t0.artist_id, t1.id, t1.name order t0.artist_id desc nulls first limit $0
total: count(*) from album t0 left artist t1 on t1.id = t0.artist_id grouped by t0.artist_id, t1.id, t1.name
$0: integer, limit
{avg c0, artist_id c1, artist one c2 {name c3}}
)"},
        {"casts before and after; by a path that is ordered by",
         Asking("artist")
             .select(
                 {[] {
                      auto i = cast(aggregate(Aggregate::sum, "rating"), "int");
                      i.aggregate_cast = "text";
                      return i;
                  }(),
                  [] {
                      auto i = col("meta");
                      i.field = field("meta", {{"label", {}}}, true);
                      return i;
                  }()}
             )
             .order({{"", field("meta", {{"label", {}}}, true), Direction::ascending, Nulls::last}}),
         R"(
step 0: sum(t0.rating::integer)::text, t0.meta->>$0 from artist t0 grouped by t0.meta->>$0 order t0.meta->>$0 asc nulls last limit $1
$0: path ["label"]
$1: integer, limit
{sum c0, label c1}
)"},
        {"by a spread column", Asking("album").select({aggregate(Aggregate::count), spread("artist", {col("country")})}), R"(
step 0: count(*), t1.country from album t0 left artist t1 on t1.id = t0.artist_id grouped by t1.country limit $0
$0: integer, limit
{count c0, country c1}
)"},
    });
}

TEST(PlannerRelations, AFurtherToOneRelationGetsAStepWhenAStatementHasItsJoins) {
    PlanLimits limits;
    limits.max_joins = 1;
    expect_plans(
        {
            {"beside and below",
             Asking("orders").select({col("ref"), embed("billing_id", {col("city")}), embed("shipping_id", {col("city")}, "ship")}),
             R"(
step 0: t0.ref, t1.id, t1.city, t0.shipping_id from orders t0 left address t1 on t1.id = t0.billing_id limit $0
step 1 of 0(t2.id=c3): t2.city from address t2
$0: integer, limit
{ref c0, billing_id one c1 {city c2}, ship first s1 {city c0}}
)"},
            {"inner becomes a test of existence",
             Asking("orders")
                 .select({embed("billing_id", {col("city")}), inner(embed("shipping_id", {col("city")}))})
                 .where(on("city", Operator::eq, {"x"}), {"shipping_id"}),
             R"(
step 0: t1.id, t1.city, t0.shipping_id from orders t0 left address t1 on t1.id = t0.billing_id where exists(from address t3 where (t3.id = t0.shipping_id and t3.city eq $0)) limit $2
step 1 of 0(t2.id=c2): t2.city from address t2 where t2.city eq $1
$0: literal text, condition 0[0]
$1: literal text, condition 0[0]
$2: integer, limit
{billing_id one c0 {city c1}, shipping_id first s1 {city c0}}
)"},
        },
        limits
    );
}

TEST(PlannerRelations, TheNumberOfStatementsDependsOnTheSelectionOnly) {
    auto const model = music();
    struct Case {
        std::string_view name;
        Query query;
        std::size_t steps;
    };
    for (auto const& c : std::vector<Case>{
             {"a list", Asking("album"), 1},
             {"to-one relations of two levels", Asking("album").select({embed("artist", {col("name"), embed("profile", {all()})})}), 1},
             {"to-many of two levels", Asking("artist").select({embed("album", {col("title"), embed("genre", {all()})})}), 3},
             {"two to-many relations, a to-one in each",
              Asking("artist").select({embed("album", {embed("artist", {all()})}), embed("album_v", {embed("artist", {all()})})}),
              3},
             {"tests of existence", Asking("artist").select({col("id"), inner(embed("album", {}))}), 1},
         }) {
        SCOPED_TRACE(c.name);
        for (std::int64_t limit : {1, 25, 1'000}) {
            auto query = c.query;
            query.window.limit = limit;
            EXPECT_EQ(plan_read(model, query, {}, "public").value()->steps.size(), c.steps);
        }
    }
}

}  // namespace
}  // namespace koine::query
