#include "model/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace koine::model {
namespace {

TEST(TypeNames, AreThoseACastMayUse) {
    struct Case {
        std::string_view name;
        std::optional<Type> want;
    };
    for (Case const& c : std::vector<Case>{
             {"int", Type::integer},
             {"INT4", Type::integer},
             {"integer", Type::integer},
             {"bigint", Type::bigint},
             {"int8", Type::bigint},
             {"smallint", Type::smallint},
             {"varchar", Type::text},
             {"varchar(20)", Type::text},
             {"character varying", Type::text},
             {"text", Type::text},
             {"float8", Type::real},
             {"double precision", Type::real},
             {"numeric(5,2)", Type::numeric},
             {"bool", Type::boolean},
             {"timestamp", Type::timestamp},
             {"timestamp without time zone", Type::timestamp},
             {"date", Type::date},
             {"jsonb", Type::json},
             {"bytea", Type::blob},
             {"uuid", Type::uuid},
             {"nosuchtype", std::nullopt},
             {"", std::nullopt},
             {"(", std::nullopt},
             {"()", std::nullopt},
         }) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(type_named(c.name), c.want);
    }
    EXPECT_EQ(sql_name(Type::real), "double precision");
    EXPECT_EQ(sql_name(Type::timestamp), "timestamp without time zone");
    EXPECT_EQ(sql_name(Type::dynamic), "text");
    EXPECT_TRUE(is_number(Type::numeric) && is_integer(Type::smallint) && is_textual(Type::dynamic) && !is_textual(Type::date));
}

TEST(Entity, FindsAnIndexWhoseLeadingColumnsAreThoseAsked) {
    Entity entity;
    entity.indexes = {{"full", {2, 1, 0}, false, false}, {"some", {3}, true, true}};
    struct Case {
        std::vector<ColumnId> columns;
        bool want;
    };
    for (Case const& c : std::vector<Case>{
             {{2}, true}, {{1, 2}, true}, {{2, 1}, true}, {{1}, false}, {{0, 1, 2}, true}, {{0, 1, 2, 3}, false}, {{3}, false}, {{}, false}
         })
        EXPECT_EQ(entity.has_index_on(c.columns), c.want) << testing::PrintToString(c.columns);
    for (ColumnId column : {0U, 1U, 2U, 3U}) EXPECT_TRUE(entity.is_indexed(column)) << column;
    EXPECT_FALSE(entity.is_indexed(4));
}

TEST(Entity, IsUniqueWhereAWholeKeyIsCovered) {
    Entity entity;
    EXPECT_FALSE(entity.is_unique({0}));
    entity.primary_key = Key{"pk", {0, 1}};
    entity.unique_keys = {{"u", {2}}};
    EXPECT_FALSE(entity.is_unique({0}));
    EXPECT_TRUE(entity.is_unique({1, 0}));
    EXPECT_TRUE(entity.is_unique({2, 5}));
    EXPECT_FALSE(entity.is_unique({}));
}

TEST(Entity, FindsARelationshipByTheNameThatItWasGiven) {
    Entity entity;
    entity.relationships.resize(3);
    entity.relationships[2].name = "router";
    EXPECT_EQ(entity.relationship_named("router"), 2U);
    EXPECT_EQ(entity.relationship_named("routers"), std::nullopt);
    EXPECT_EQ(entity.relationship_named(""), std::nullopt) << "most have no name";
}

TEST(Nearest, NamesWhatWasMeant) {
    struct Case {
        std::string_view wanted;
        std::vector<std::string_view> names;
        std::optional<std::string> want;
    };
    for (Case const& c : std::vector<Case>{
             {"artst", {"album", "artist", "artists"}, "artist"},
             {"ARTIST", {"artist"}, "artist"},
             {"albums", {"album", "artist"}, "album"},
             {"nmae", {"id", "name"}, "name"},
             {"nocol", {"id", "name", "country"}, std::nullopt},
             {"x", {"y", "id"}, std::nullopt},
             {"id", {"id"}, std::nullopt},
             {"", {"id"}, std::nullopt},
             {"taba", {"tabc", "tabb"}, "tabb"},
             {std::string_view(), {}, std::nullopt},
         }) {
        SCOPED_TRACE(c.wanted);
        EXPECT_EQ(nearest(c.wanted, c.names), c.want);
    }
    std::string endless(100'000, 'a');
    EXPECT_EQ(nearest(endless, {"a"}), std::nullopt);
}

}  // namespace
}  // namespace koine::model
