#include "query/relationship.hpp"

#include "query/test_model.hpp"

#include <gtest/gtest.h>

namespace koine::query {
namespace {

/// What was found as "cardinality target by constraint", or the reason of the refusal.
std::string found(model::Model const& model, std::string_view origin, std::string_view target, std::string_view hint = "") {
    auto result = find_relationship(model, *model.entity(origin), target, hint, "public");
    if (!result) return std::string(to_string(result.error().reason()));
    auto const& relationship = *result.value();
    std::string text = std::string(to_string(relationship.cardinality)) + " " + model[relationship.target].name;
    return relationship.junction ? text + " through " + model[relationship.junction->entity].name : text + " by " + relationship.constraint;
}

Problem refusal(model::Model const& model, std::string_view origin, std::string_view target, std::string_view hint = "") {
    auto result = find_relationship(model, *model.entity(origin), target, hint, "public");
    return result ? Problem(Reason::internal) : result.error();
}

TEST(Relationship, IsFoundByRelationConstraintColumnOrHint) {
    auto const model = testing::music();
    struct Case {
        std::string_view name, origin, target, hint, want;
    };
    for (auto const& c : std::vector<Case>{
             {"relation, to one", "album", "artist", "", "many-to-one artist by album_artist_id_fkey"},
             {"relation, to many", "artist", "album", "", "one-to-many album by album_artist_id_fkey"},
             {"constraint", "album", "album_artist_id_fkey", "", "many-to-one artist by album_artist_id_fkey"},
             {"column on the own side", "album", "artist_id", "", "many-to-one artist by album_artist_id_fkey"},
             {"hint is a constraint", "album", "artist", "album_artist_id_fkey", "many-to-one artist by album_artist_id_fkey"},
             {"hint is the own column", "album", "artist", "artist_id", "many-to-one artist by album_artist_id_fkey"},
             {"hint is the other side's column", "artist", "album", "artist_id", "one-to-many album by album_artist_id_fkey"},
             {"hint is the referenced column", "album", "artist", "id", "many-to-one artist by album_artist_id_fkey"},
             {"a hint does not excuse the name", "album", "album_artist_id_fkey", "artist_id", "unknown_relationship"},
             {"wrong hint", "album", "artist", "nohint", "unknown_relationship"},
             {"one-to-one, key side", "profile", "artist", "", "one-to-one artist by profile_artist_id_fkey"},
             {"one-to-one, other side", "artist", "profile", "", "one-to-one profile by profile_artist_id_fkey"},
             {"one-to-one by column", "profile", "artist_id", "", "one-to-one artist by profile_artist_id_fkey"},
             {"many-to-many", "album", "genre", "", "many-to-many genre through album_genre"},
             {"many-to-many, back", "genre", "album", "", "many-to-many album through album_genre"},
             {"many-to-many by its junction", "album", "genre", "album_genre", "many-to-many genre through album_genre"},
             {"many-to-many by a constraint", "album", "genre", "album_genre_genre_id_fkey", "unknown_relationship"},
             {"the junction itself", "album", "album_genre", "", "one-to-many album_genre by album_genre_album_id_fkey"},
             {"one of two keys by constraint", "orders", "orders_billing_fk", "", "many-to-one address by orders_billing_fk"},
             {"one of two keys by column", "orders", "shipping_id", "", "many-to-one address by orders_shipping_fk"},
             {"one of two keys by hint", "orders", "address", "shipping_id", "many-to-one address by orders_shipping_fk"},
             {"two keys by name", "orders", "address", "", "ambiguous_relationship"},
             {"two keys from the other side", "address", "orders", "", "ambiguous_relationship"},
             {"composite by relation", "shop", "region", "", "many-to-one region by shop_region_fkey"},
             {"composite, back", "region", "shop", "", "one-to-many shop by shop_region_fkey"},
             {"composite by constraint", "shop", "shop_region_fkey", "", "many-to-one region by shop_region_fkey"},
             {"composite, constraint as hint", "region", "shop", "shop_region_fkey", "one-to-many shop by shop_region_fkey"},
             {"composite by one of its columns", "shop", "code", "", "unknown_relationship"},
             {"composite, column as hint", "shop", "region", "code", "unknown_relationship"},
             {"from a view", "album_v", "artist", "", "many-to-one artist by album_artist_id_fkey"},
             {"to a view", "artist", "album_v", "", "one-to-many album_v by album_artist_id_fkey"},
             {"from a view by column", "album_v", "artist_id", "", "many-to-one artist by album_artist_id_fkey"},
             {"from a view with a group", "artist_count", "artist", "", "many-to-one artist by album_artist_id_fkey"},
             {"no relation at all", "album", "address", "", "unknown_relationship"},
             {"nothing", "album", "", "", "unknown_relationship"},
         }) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(found(model, c.origin, c.target, c.hint), c.want);
    }
}

TEST(Relationship, ToItselfIsItsChildrenByNameAndItsParentByColumn) {
    auto const model = testing::music();
    struct Case {
        std::string_view name, origin, target, hint, want;
    };
    for (auto const& c : std::vector<Case>{
             {"parent", "employee", "reports_to", "", "many-to-one employee by employee_reports_to_fkey"},
             {"children", "employee", "employee", "reports_to", "one-to-many employee by employee_reports_to_fkey"},
             {"two keys", "employee", "employee", "", "ambiguous_relationship"},
             {"constraint as hint", "employee", "employee", "employee_reports_to_fkey", "unknown_relationship"},
             {"constraint as target", "employee", "employee_reports_to_fkey", "", "unknown_relationship"},
             {"children, no hint needed beside a one-to-one", "node", "node", "", "one-to-many node by node_parent_id_fkey"},
             {"one-to-one by column", "node", "next_id", "", "unknown_relationship"},
             {"one-to-one by hint", "node", "node", "next_id", "unknown_relationship"},
             {"many-to-many", "person", "person", "", "unknown_relationship"},
             {"many-to-many by junction", "person", "person", "friendship", "unknown_relationship"},
             {"column of the referenced side", "employee", "id", "", "unknown_relationship"},
         }) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(found(model, c.origin, c.target, c.hint), c.want);
    }
}

TEST(Relationship, AmbiguityTellsItsCandidatesAndWhatToWrite) {
    auto const model = testing::music();
    auto problem = refusal(model, "orders", "address");
    EXPECT_EQ(problem.argument("origin"), "orders");
    EXPECT_EQ(problem.argument("target"), "address");
    EXPECT_EQ(problem.argument("suggestion"), "'address!orders_billing_fk', 'address!orders_shipping_fk'");
    std::vector<Problem::Record> want = {
        {{"cardinality", "many-to-one"},
         {"embedding", "orders with address"},
         {"relationship", "orders_billing_fk using orders(billing_id) and address(id)"}},
        {{"cardinality", "many-to-one"},
         {"embedding", "orders with address"},
         {"relationship", "orders_shipping_fk using orders(shipping_id) and address(id)"}}
    };
    EXPECT_EQ(problem.records(), want);
    EXPECT_EQ(refusal(model, "employee", "employee").argument("suggestion"), "'employee!reports_to', 'employee!buddy_id'");
}

TEST(Relationship, AmbiguousJunctionsAreSuggestedByTheirNames) {
    auto const model = testing::ModelBuilder()
                           .table("a", "id:bigint!")
                           .table("b", "id:bigint!")
                           .table("ab", "a:bigint! b:bigint!", "a b")
                           .table("xy", "a:bigint! b:bigint!", "a b")
                           .references("ab", "ab_a", "a", "a", "id")
                           .references("ab", "ab_b", "b", "b", "id")
                           .references("xy", "xy_a", "a", "a", "id")
                           .references("xy", "xy_b", "b", "b", "id")
                           .build();
    auto problem = refusal(model, "a", "b");
    EXPECT_EQ(problem.argument("suggestion"), "'b!ab', 'b!xy'");
    ASSERT_EQ(problem.records().size(), 2U);
    EXPECT_EQ(problem.records()[0][0].second, "many-to-many");
    EXPECT_EQ(problem.records()[0][2].second, "ab using ab_a(a) and ab_b(b)");
    EXPECT_EQ(found(model, "a", "b", "xy"), "many-to-many b through xy");
}

TEST(Relationship, AnUnknownOneSuggestsTheNearestRelationUnlessAHintWasGiven) {
    auto const model = testing::music();
    auto problem = refusal(model, "album", "artst");
    EXPECT_EQ(problem.argument("schema"), "public");
    EXPECT_EQ(problem.argument("origin"), "album");
    EXPECT_EQ(problem.argument("target"), "artst");
    EXPECT_EQ(problem.argument("suggestion"), "artist");
    EXPECT_EQ(problem.argument("hint"), std::nullopt);
    EXPECT_EQ(refusal(model, "album", "nothing_like_it").argument("suggestion"), std::nullopt);
    auto hinted = refusal(model, "album", "artist", "nohint");
    EXPECT_EQ(hinted.argument("hint"), "nohint");
    EXPECT_EQ(hinted.argument("suggestion"), std::nullopt);
}

TEST(Relationship, AViewIsNotFoundByConstraintOrColumn) {
    auto const model = testing::ModelBuilder()
                           .table("artist", "id:bigint!")
                           .table("album", "id:bigint! artist_id:bigint")
                           .view("artist_v", "artist", "id")
                           .references("album", "fk", "artist_id", "artist", "id")
                           .build();
    EXPECT_EQ(found(model, "album", "fk"), "many-to-one artist by fk");
    EXPECT_EQ(found(model, "album", "artist_id"), "many-to-one artist by fk");
    EXPECT_EQ(found(model, "album", "artist_v", "fk"), "one-to-many artist_v by fk");
}

}  // namespace
}  // namespace koine::query
