#include "dialect/relations/relations.hpp"

#include "query/planner.hpp"
#include "query/shape.hpp"
#include "query/test_model.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

using query::SelectItem;
using query::testing::ModelBuilder;
using query::testing::music;

Result<std::unique_ptr<Relations const>> compiled(std::string_view options) {
    auto node = yaml::parse(options, "test.yaml");
    EXPECT_TRUE(node);
    return compile_relations_nested(node.value());
}

/// As a selection of the embed grammar would be written.
std::string written(std::vector<SelectItem> const& items) {
    std::string text;
    for (auto const& item : items) {
        if (!text.empty()) text += ",";
        if (item.kind == SelectItem::Kind::all) text += "*";
        text += item.field.name;
        if (item.kind != SelectItem::Kind::embed) continue;
        if (!item.alias.empty()) text += item.alias + ":";
        text += item.target;
        if (!item.hint.empty()) text += "!" + item.hint;
        text += "(" + written(item.items) + ")";
    }
    return text;
}

std::string completed(model::Model const& model, std::string_view relation, std::string_view options = "") {
    auto relations = compiled(options);
    EXPECT_TRUE(relations) << describe(relations.error());
    query::Query query;
    query.relation = relation;
    relations.value()->complete(model, query);
    auto const plan = query::plan_read(model, query, {}, "public");
    EXPECT_TRUE(plan) << describe(plan.error());
    return written(query.select);
}

TEST(Nested, ShowsTheRowsThatKeysReferTo) {
    struct Case {
        std::string_view relation;
        std::string_view options;
        std::string_view want;
    } const cases[] = {
        {"artist", "", ""},
        {"shop", "", "id,name,country,code,region!shop_region_fkey(*)"},
        {"shop", "drop_key: true", "id,name,region!shop_region_fkey(*)"},
        {"shop", "name: column_stem", "id,name,country,code,region!shop_region_fkey(*)"},
        {"profile", "drop_key: true", "artist_id,artist!profile_artist_id_fkey(*),url"},
        {"orders", "", "id,ref,billing_id,billing:address!orders_billing_fk(*),shipping_id,shipping:address!orders_shipping_fk(*)"},
        {"orders", "drop_key: true", "id,ref,billing:address!orders_billing_fk(*),shipping:address!orders_shipping_fk(*)"},
        {"orders", "max_embeds: 1", "id,ref,billing_id,billing:address!orders_billing_fk(*),shipping_id"},
        {"employee", "drop_key: true", "id,name,reports_to(*),buddy:buddy_id(*)"},
        {"employee", "", "id,name,reports_to,employee_reports_to_fkey:reports_to(*),buddy_id,buddy:buddy_id(*)"},
        {"album_v", "drop_key: true", "id,title,artist!album_artist_id_fkey(*)"},
    };
    auto const model = music();
    for (auto const& [relation, options, want] : cases) {
        SCOPED_TRACE(std::string(relation) + " " + std::string(options));
        EXPECT_EQ(completed(model, relation, options), want);
    }
}

TEST(Nested, GoesAsManyLevelsAsItIsTold) {
    auto const model = music();
    EXPECT_EQ(
        completed(model, "album_genre", "{drop_key: true, levels: 2}"),
        "album_id,album!album_genre_album_id_fkey(id,title,artist!album_artist_id_fkey(*),price,score,released,cover,uid),"
        "genre_id,genre!album_genre_genre_id_fkey(*),place"
    );
    EXPECT_EQ(
        completed(model, "employee", "{drop_key: true, levels: 3, max_embeds: 3}"),
        "id,name,reports_to(id,name,reports_to(*),buddy_id),buddy:buddy_id(*)"
    );
}

TEST(Nested, GivesEveryMemberItsOwnName) {
    auto const model = ModelBuilder()
                           .table("owner", "id:bigint! name:text")
                           .table("pet", "id:bigint! owner:bigint ownerId:bigint")
                           .table("toy", "id:bigint! pet:bigint pet_id:bigint")
                           .references("pet", "pet_owner_fk", "owner", "owner", "id")
                           .references("pet", "pet_owner_id_fk", "ownerId", "owner", "id")
                           .references("toy", "pet_id", "pet_id", "pet", "id")
                           .build();
    EXPECT_EQ(completed(model, "pet"), "id,owner,pet_owner_fk:owner!pet_owner_fk(*),ownerId,pet_owner_id_fk:owner!pet_owner_id_fk(*)");
    EXPECT_EQ(completed(model, "toy"), "") << "relation, column and constraint are all taken";
    EXPECT_EQ(completed(model, "toy", "drop_key: true"), "id,pet,pet_id:pet!pet_id(*)");
}

TEST(Nested, StaysWithinTheCapsOfPlans) {
    ModelBuilder builder;
    std::string columns = "id:bigint!";
    for (int i = 0; i < 120; ++i) columns += " c" + std::to_string(i) + ":text";
    builder.table("wide", columns);
    std::string keys = "id:bigint!";
    for (int i = 0; i < 60; ++i) keys += " k" + std::to_string(i) + "_id:bigint";
    builder.table("hub", keys);
    for (int i = 0; i < 60; ++i) {
        auto const column = "k" + std::to_string(i) + "_id";
        builder.references("hub", "fk_" + column, column, i < 5 ? "wide" : "hub", "id");
    }
    auto const model = builder.build();
    auto const text = completed(model, "hub", "{levels: 4, max_embeds: 40}");
    EXPECT_NE(text.find("k0:wide!fk_k0_id(*)"), text.npos);
    EXPECT_EQ(text.find("k4:wide!fk_k4_id(*)"), text.npos) << "too many columns in all";
}

TEST(Nested, IsPartOfTheShape) {
    auto const model = music();
    query::Query plain;
    plain.relation = "album";
    auto nested = plain;
    compiled("").value()->complete(model, nested);
    std::string plain_shape;
    std::string nested_shape;
    query::shape_of(plain, plain_shape);
    query::shape_of(nested, nested_shape);
    EXPECT_NE(plain_shape, nested_shape);
    auto selected = plain;
    selected.select.emplace_back().field.name = "id";
    compiled("").value()->complete(model, selected);
    EXPECT_EQ(written(selected.select), "id") << "what was selected stays";
}

TEST(Nested, LeavesUnknownRelationsToThePlanner) {
    query::Query query;
    query.relation = "nosuch";
    compiled("").value()->complete(music(), query);
    EXPECT_TRUE(query.select.empty());
}

TEST(Nested, DescribesItsMembers) {
    auto const model = music();
    Description description;
    compiled("drop_key: true").value()->describe(model[*model.entity("orders")], model, description);
    std::vector<NestedDocument> const want = {{"billing", "address"}, {"shipping", "address"}};
    EXPECT_EQ(description.nested, want);
}

TEST(Nested, TellsMistakesWithTheirPlace) {
    struct Case {
        std::string_view options;
        std::string_view want;
    } const cases[] = {
        {"levels: 9", "test.yaml:1:9: expected a number from 1 to 4, not 9"},
        {"drop_key: yes", "test.yaml:1:11: expected true or false, not yes"},
        {"name: targt", "test.yaml:1:7: unknown word \"targt\"; did you mean \"target\"?"},
        {"level: 1", "test.yaml:1:1: unknown option \"level\"; did you mean \"levels\"?"},
    };
    for (auto const& [options, want] : cases) {
        auto const made = compiled(options);
        ASSERT_FALSE(made) << options;
        EXPECT_EQ(describe(made.error()), want);
    }
}

TEST(Key, TakesNoOptions) {
    auto const node = yaml::parse("drop_key: true", "test.yaml");
    EXPECT_EQ(describe(compile_relations_key(node.value()).error()), "test.yaml:1:1: unknown option \"drop_key\"; none is known here");
}

}  // namespace
}  // namespace koine::dialect
