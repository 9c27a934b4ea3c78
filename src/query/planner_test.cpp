#include "query/planner.hpp"

#include "query/test_model.hpp"
#include "query/test_print.hpp"
#include "query/test_query.hpp"

#include <gtest/gtest.h>

namespace koine::query {
namespace {

using namespace testing;

TEST(Planner, PlansOneRelation) {
    expect_plans({
        {"everything", Asking("genre"), R"(
step 0: t0.id, t0.name from genre t0 limit $0
$0: integer, limit
{id c0, name c1}
)"},
        {"no key", Asking("nopk").order({asc("a")}), R"(
step 0: t0.a, t0.b from nopk t0 order t0.a asc nulls last limit $0
$0: integer, limit
{a c0, b c1}
)"},
        {"filters, paging",
         Asking("genre").where(on("id", Operator::gt, {"1"})).where(negated(on("name", Operator::in, {"a", "b"}))).window({2, 4}),
         R"(
step 0: t0.id, t0.name from genre t0 where (t0.id gt $0 and not t0.name in $1) limit $2 offset $3
$0: literal bigint, condition 0[0]
$1: list text, condition 1[0]
$2: integer, limit
$3: integer, offset
{id c0, name c1}
)"},
        {"aliases, casts and twice the same", Asking("genre").select({col("id", "n"), cast(col("id"), "text"), col("id"), all()}), R"(
step 0: t0.id, t0.id::text, t0.name from genre t0 limit $0
$0: integer, limit
{n c0, id c1, id c0, id c0, name c2}
)"},
        {"json paths",
         Asking("artist")
             .select(
                 {[] {
                      auto i = col("meta");
                      i.field.path = {{"nested", {}}, {"a\"\n", {}}, {"", -1}};
                      return i;
                  }(),
                  [] {
                      auto i = col("meta");
                      i.field = field("meta", {{"", 0}}, true);
                      return i;
                  }()}
             )
             .where(on(field("meta", {{"n", {}}}), Operator::gt, {"3"}))
             .where(on(field("meta", {{"n", {}}}, true), Operator::like, {"3%"}))
             .order({{"", field("meta", {{"n", {}}}, true), Direction::ascending, Nulls::last}}),
         R"(
step 0: t0.meta->$3, t0.meta->>$4 from artist t0 where (t0.meta->$0 json gt $1 and t0.meta->>$0 like $2) order t0.meta->>$0 asc nulls last, t0.id asc limit $5
$0: path ["n"]
$1: json, condition 0[0]
$2: like, condition 1[0]
$3: path ["nested","a\"\u000a",-1]
$4: path [0]
$5: integer, limit
{a"
 c0, meta c1}
)"},
        {"a group of conditions",
         Asking("artist").where(any_of(
             {on("id", Operator::eq, {"1"}), negated(all_of({on("country", Operator::eq, {"DE"}), on("rating", Operator::is_null)}))}
         )),
         R"(
step 0: t0.id, t0.name, t0.country, t0.rating, t0.active, t0.meta, t0.bio, t0.founded from artist t0 where (t0.id eq $0 or not (t0.country eq $1 and t0.rating is null)) limit $2
$0: literal bigint, condition 0[0]
$1: literal text, condition 1[0]
$2: integer, limit
{id c0, name c1, country c2, rating c3, active c4, meta c5, bio c6, founded c7}
)"},
        {"operators",
         Asking("artist")
             .where(on("name", Operator::ilike, {"a%"}))
             .where(on("bio", Operator::match, {"^A"}))
             .where(on("active", Operator::is_true))
             .where(on("meta", Operator::contains, {"{}"}))
             .where(on("meta", Operator::eq, {"{}"}))
             .where(on("rating", Operator::is_distinct, {"4"})),
         R"(
step 0: t0.id, t0.name, t0.country, t0.rating, t0.active, t0.meta, t0.bio, t0.founded from artist t0 where (t0.name ilike $0 and t0.bio match $1 and t0.active is true and t0.meta @> $2 and t0.meta json eq $3 and t0.rating is distinct $4) limit $5
$0: ilike, condition 0[0]
$1: regex, condition 1[0]
$2: json, condition 3[0]
$3: json, condition 4[0]
$4: literal numeric, condition 5[0]
$5: integer, limit
{id c0, name c1, country c2, rating c3, active c4, meta c5, bio c6, founded c7}
)"},
        {"quantifiers",
         Asking("artist")
             .where(on("id", Operator::eq, {"1", "2"}, Quantifier::any))
             .where(on("name", Operator::like, {"A%", "B%"}, Quantifier::any))
             .where(on("name", Operator::gt, {"A", "B"}, Quantifier::all))
             .where(on("name", Operator::like, {}, Quantifier::any))
             .where(on("name", Operator::like, {}, Quantifier::all)),
         R"(
step 0: t0.id, t0.name, t0.country, t0.rating, t0.active, t0.meta, t0.bio, t0.founded from artist t0 where (t0.id in $0 and (t0.name like $1 or t0.name like $2) and (t0.name gt $3 and t0.name gt $4) and never) limit $5
$0: list bigint, condition 0[0]
$1: like, condition 1[0]
$2: like, condition 1[1]
$3: literal text, condition 2[0]
$4: literal text, condition 2[1]
$5: integer, limit
{id c0, name c1, country c2, rating c3, active c4, meta c5, bio c6, founded c7}
)"},
        {"a dynamic column",
         Asking("region")
             .select({col("name")})
             .where(on("code", Operator::eq, {"12"}))
             .where(on("code", Operator::in, {"1", "x"}))
             .where(on("code", Operator::like, {"1%"})),
         R"(
step 0: t0.name from region t0 where (t0.code eq $0/1 and t0.code in $2 and t0.code like $3) limit $4
$0: dynamic text, condition 0[0]
$1: dynamic number, condition 0[0]
$2: list text, condition 1[0]
$3: like, condition 2[0]
$4: integer, limit
{name c0}
)"},
        {"total", Asking("genre").select({col("id")}).where(on("name", Operator::eq, {"Rock"})).window({2, 0}).count(), R"(
step 0: t0.id from genre t0 where t0.name eq $0 limit $1
total: count(*) from genre t0 where t0.name eq $0 grouped
$0: literal text, condition 0[0]
$1: integer, limit
{id c0}
)"},
        {"a view", Asking("artist_count").order({desc("n")}), R"(
step 0: t0.artist_id, t0.n from artist_count t0 order t0.n desc nulls first limit $0
$0: integer, limit
{artist_id c0, n c1}
)"},
    });
}

TEST(Planner, FindsOneRowByItsKey) {
    expect_plans({
        {"single", Asking("genre").key({"1"}), R"(
step 0: t0.id, t0.name from genre t0 where t0.id eq $0 limit $1
$0: literal bigint, key 0
$1: integer, limit
{id c0, name c1}
)"},
        {"composite with a dynamic column, and a filter",
         Asking("region").key({"DE", "7"}).where(on("name", Operator::neq, {"x"})).count(),
         R"(
step 0: t0.country, t0.code, t0.name from region t0 where (t0.name neq $0 and t0.country eq $1 and t0.code eq $2/3) limit $4
total: count(*) from region t0 where (t0.name neq $0 and t0.country eq $1 and t0.code eq $2/3) grouped
$0: literal text, condition 0[0]
$1: literal text, key 0
$2: dynamic text, key 1
$3: dynamic number, key 1
$4: integer, limit
{country c0, code c1, name c2}
)"},
    });
}

TEST(Planner, OrdersByTheTermsAndThenByThePrimaryKey) {
    expect_plans({
        {"the key goes the last term's way", Asking("genre").order({asc("name"), desc("name", Nulls::last)}), R"(
step 0: t0.id, t0.name from genre t0 order t0.name asc nulls last, t0.name desc, t0.id desc limit $0
$0: integer, limit
{id c0, name c1}
)"},
        {"the key is there", Asking("genre").order({desc("id"), asc("name", Nulls::first)}), R"(
step 0: t0.id, t0.name from genre t0 order t0.id desc, t0.name asc limit $0
$0: integer, limit
{id c0, name c1}
)"},
        {"composite keys", Asking("album_genre").select({col("place")}).order({desc("genre_id")}), R"(
step 0: t0.place from album_genre t0 order t0.genre_id desc, t0.album_id desc limit $0
$0: integer, limit
{place c0}
)"},
        {"no NULLS where nulls cannot be",
         Asking("artist")
             .select({col("id")})
             .order({asc("name"), asc("country"), asc("rating"), asc("bio"), asc("founded")})
             .where(on("country", Operator::eq, {"DE"}))
             .where(negated(on("rating", Operator::is_null)))
             .where(all_of({on("bio", Operator::like, {"a%"}), negated(on("founded", Operator::is_distinct, {"2024-01-01"}))})),
         R"(
step 0: t0.id from artist t0 where (t0.country eq $0 and not t0.rating is null and (t0.bio like $1 and not t0.founded is distinct $2)) order t0.name asc, t0.country asc, t0.rating asc, t0.bio asc, t0.founded asc, t0.id asc limit $3
$0: literal text, condition 0[0]
$1: like, condition 2[0]
$2: literal date, condition 3[0]
$3: integer, limit
{id c0}
)"},
        {"NULLS where a filter lets nulls through",
         Asking("artist")
             .select({col("id")})
             .order({asc("country"), asc("rating"), asc("bio"), asc("founded"), asc("active")})
             .where(on("country", Operator::is_distinct, {"DE"}))
             .where(negated(on("rating", Operator::in, {"1"})))
             .where(any_of({on("bio", Operator::like, {"a%"}), on("id", Operator::eq, {"1"})}))
             .where(on("founded", Operator::is_null))
             .where(negated(on("active", Operator::is_true))),
         R"(
step 0: t0.id from artist t0 where (t0.country is distinct $0 and not t0.rating in $1 and (t0.bio like $2 or t0.id eq $3) and t0.founded is null and not t0.active is true) order t0.country asc nulls last, t0.rating asc nulls last, t0.bio asc nulls last, t0.founded asc nulls last, t0.active asc nulls last, t0.id asc limit $4
$0: literal text, condition 0[0]
$1: list numeric, condition 1[0]
$2: like, condition 2[0]
$3: literal bigint, condition 3[0]
$4: integer, limit
{id c0}
)"},
        {"by a to-one relation",
         Asking("album")
             .select({col("title"), embed("artist", {col("name")}, "by")})
             .order({of("by", desc("name", Nulls::last)), asc("title")}),
         R"(
step 0: t0.title, t1.id, t1.name from album t0 left artist t1 on t1.id = t0.artist_id order t1.name desc, t0.title asc nulls last, t0.id asc limit $0
$0: integer, limit
{title c0, by one c1 {name c2}}
)"},
    });
}

TEST(Planner, JoinsToOneRelations) {
    expect_plans({
        {"one level", Asking("album").select({col("title"), embed("artist", {col("name")})}), R"(
step 0: t0.title, t1.id, t1.name from album t0 left artist t1 on t1.id = t0.artist_id limit $0
$0: integer, limit
{title c0, artist one c1 {name c2}}
)"},
        {"columns come before relations", Asking("album").select({embed("artist", {all()}, "a"), col("title")}), R"(
step 0: t0.title, t1.id, t1.name, t1.country, t1.rating, t1.active, t1.meta, t1.bio, t1.founded from album t0 left artist t1 on t1.id = t0.artist_id limit $0
$0: integer, limit
{title c0, a one c1 {id c1, name c2, country c3, rating c4, active c5, meta c6, bio c7, founded c8}}
)"},
        {"two levels and total",
         Asking("album")
             .select({col("id"), embed("artist", {col("name"), embed("profile", {col("url")})})})
             .where(on("id", Operator::lt, {"9"}))
             .count(),
         R"(
step 0: t0.id, t1.id, t1.name, t2.artist_id, t2.url from album t0 left artist t1 on t1.id = t0.artist_id left profile t2 on t2.artist_id = t1.id where t0.id lt $0 limit $1
total: count(*) from album t0 where t0.id lt $0 grouped
$0: literal bigint, condition 0[0]
$1: integer, limit
{id c0, artist one c1 {name c2, profile one c3 {url c4}}}
)"},
        {"inner, with a filter and a total",
         Asking("album")
             .select({col("id"), inner(embed("artist", {col("name")}))})
             .where(on("country", Operator::eq, {"SE"}), {"artist"})
             .count(),
         R"(
step 0: t0.id, t1.id, t1.name from album t0 inner artist t1 on (t1.id = t0.artist_id and t1.country eq $0) limit $1
total: count(*) from album t0 inner artist t1 on (t1.id = t0.artist_id and t1.country eq $0) grouped
$0: literal text, condition 0[0]
$1: integer, limit
{id c0, artist one c1 {name c2}}
)"},
        {"inner below inner", Asking("album").select({col("id"), inner(embed("artist", {inner(embed("profile", {col("url")}))}))}), R"(
step 0: t0.id, t1.id, t2.artist_id, t2.url from album t0 inner artist t1 on t1.id = t0.artist_id inner profile t2 on t2.artist_id = t1.id limit $0
$0: integer, limit
{id c0, artist one c1 {profile one c2 {url c3}}}
)"},
        {"inner below left is a test of existence",
         Asking("album")
             .select({col("id"), embed("artist", {col("name"), inner(embed("profile", {col("url")}))})})
             .where(on("url", Operator::eq, {"x"}), {"artist", "profile"}),
         R"(
step 0: t0.id, t1.id, t1.name, t2.artist_id, t2.url from album t0 left artist t1 on (t1.id = t0.artist_id and exists(from profile t3 where (t3.artist_id = t1.id and t3.url eq $1))) left profile t2 on (t2.artist_id = t1.id and t2.url eq $0) limit $2
$0: literal text, condition 0[0]
$1: literal text, condition 0[0]
$2: integer, limit
{id c0, artist one c1 {name c2, profile one c3 {url c4}}}
)"},
        {"composite keys", Asking("shop").select({embed("region", {col("name")})}), R"(
step 0: t1.country, t1.name from shop t0 left region t1 on (t1.country = t0.country and t1.code = t0.code) limit $0
$0: integer, limit
{region one c0 {name c1}}
)"},
        {"hidden by a limit of 0", Asking("album").select({col("id"), embed("artist", {col("name")})}).window({0, 0}, {"artist"}), R"(
step 0: t0.id, t1.id, t1.name from album t0 left artist t1 on never limit $0
$0: integer, limit
{id c0, artist one c1 {name c2}}
)"},
        {"embedded without content", Asking("album").select({col("id"), embed("artist", {})}), R"(
step 0: t0.id from album t0 left artist t1 on t1.id = t0.artist_id limit $0
$0: integer, limit
{id c0}
)"},
        {"spread",
         Asking("album").select({spread("artist", {col("name", "artist_name"), embed("profile", {col("url")})}), col("title")}),
         R"(
step 0: t0.title, t1.name, t2.artist_id, t2.url from album t0 left artist t1 on t1.id = t0.artist_id left profile t2 on t2.artist_id = t1.id limit $0
$0: integer, limit
{title c0, artist_name c1, profile one c2 {url c3}}
)"},
        {"filtered by the alias, not by another's target",
         Asking("orders")
             .select({hinted(embed("address", {col("id")}, "billing"), "billing_id"), hinted(embed("address", {col("id")}), "shipping_id")})
             .where(on("city", Operator::eq, {"x"}), {"address"})
             .where(on("city", Operator::eq, {"y"}), {"billing"}),
         R"(
step 0: t1.id, t2.id from orders t0 left address t1 on (t1.id = t0.billing_id and t1.city eq $0) left address t2 on (t2.id = t0.shipping_id and t2.city eq $1) limit $2
$0: literal text, condition 1[0]
$1: literal text, condition 0[0]
$2: integer, limit
{billing one c0 {id c0}, address one c1 {id c1}}
)"},
    });
}

}  // namespace
}  // namespace koine::query
