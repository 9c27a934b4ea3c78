#include "query/planner.hpp"
#include "query/test_model.hpp"
#include "query/test_query.hpp"

#include <gtest/gtest.h>

namespace koine::query {
namespace {

using namespace testing;

TEST(PlannerRefusal, RefusesWhatTheModelDoesNotHave) {
    auto const model = music();
    struct Case {
        std::string_view name;
        Query query;
        std::string_view reason;
        std::vector<std::pair<std::string_view, std::string_view>> arguments;
    };
    auto path_order = [](std::string relation) { return of(std::move(relation), asc("id")); };
    for (auto const& c : std::vector<Case>{
             {"relation", Asking("artst"), "unknown_relation", {{"schema", "public"}, {"relation", "artst"}, {"suggestion", "artist"}}},
             {"column",
              Asking("artist").select({col("nam")}),
              "unknown_column",
              {{"relation", "artist"}, {"column", "nam"}, {"suggestion", "name"}}},
             {"column of an embed", Asking("album").select({embed("artist", {col("nocol")})}), "unknown_column", {{"relation", "artist_1"}}
             },
             {"column in a filter", Asking("artist").where(on("x", Operator::eq, {"1"})), "unknown_column", {{"column", "x"}}},
             {"column in a filter of an embed without content",
              Asking("artist").select({col("id"), inner(embed("album", {}))}).where(on("x", Operator::eq, {"1"}), {"album"}),
              "unknown_column",
              {{"relation", "album_1"}}},
             {"column in an order, an alias is none",
              Asking("artist").select({col("name", "n")}).order({asc("n")}),
              "unknown_column",
              {{"column", "n"}}},
             {"cast", Asking("artist").select({cast(col("id"), "nosuchtype")}), "unknown_type", {{"type", "nosuchtype"}}},
             {"relationship", Asking("album").select({embed("artst", {all()})}), "unknown_relationship", {{"suggestion", "artist"}}},
             {"two relationships", Asking("orders").select({embed("address", {all()})}), "ambiguous_relationship", {{"target", "address"}}},
             {"filter on something not embedded",
              Asking("artist").where(on("id", Operator::eq, {"1"}), {"album"}),
              "not_embedded",
              {{"relation", "album"}}},
             {"order on something not embedded", Asking("artist").order({asc("id")}, {"album"}), "not_embedded", {{"relation", "album"}}},
             {"window on something not embedded", Asking("artist").window({1, 0}, {"album"}), "not_embedded", {{"relation", "album"}}},
             {"order by something not embedded", Asking("album").order({path_order("artist")}), "not_embedded", {{"relation", "artist"}}},
             {"order by a to-many",
              Asking("artist").select({embed("album", {all()})}).order({path_order("album")}),
              "related_order_to_many",
              {{"origin", "artist"}, {"relation", "album"}}},
             {"spread of a to-many",
              Asking("artist").select({spread("album", {all()})}),
              "spread_to_many",
              {{"origin", "artist"}, {"relation", "album"}}},
             {"operator on an embed",
              Asking("artist").select({embed("album", {all()})}).where(on("album", Operator::eq, {"1"})),
              "embed_operator",
              {{"relation", "album"}}},
             {"truth of an embed",
              Asking("artist").select({embed("album", {all()})}).where(on("album", Operator::is_true)),
              "embed_operator",
              {}},
             {"pattern on a number",
              Asking("artist").where(on("id", Operator::like, {"1%"})),
              "undefined_operator",
              {{"left", "bigint"}, {"operator", "~~"}, {"right", "unknown"}}},
             {"pattern on a uuid",
              Asking("album").where(on("uid", Operator::imatch, {"1"})),
              "undefined_operator",
              {{"left", "uuid"}, {"operator", "~*"}}},
             {"containment in a text",
              Asking("artist").where(on("name", Operator::contains, {"{}"})),
              "undefined_operator",
              {{"left", "text"}, {"operator", "@>"}}},
             {"overlap", Asking("artist").where(on("name", Operator::overlaps, {"{}"})), "undefined_operator", {{"operator", "&&"}}},
             {"text search",
              Asking("artist").where(on("bio", Operator::web_text, {"pop"})),
              "undefined_operator",
              {{"operator", "@@"}, {"right", "tsquery"}}},
             {"list of documents",
              Asking("artist").where(on("meta", Operator::in, {"1"})),
              "undefined_operator",
              {{"left", "json"}, {"operator", "="}}},
             {"truth of a number",
              Asking("artist").where(on("id", Operator::is_true)),
              "not_boolean",
              {{"what", "IS TRUE"}, {"type", "bigint"}}},
             {"sum of texts",
              Asking("artist").select({aggregate(Aggregate::sum, "name")}),
              "undefined_function",
              {{"function", "sum"}, {"type", "text"}}},
             {"maximum of booleans",
              Asking("artist").select({aggregate(Aggregate::max, "active")}),
              "undefined_function",
              {{"function", "max"}, {"type", "boolean"}}},
             {"order outside the groups",
              Asking("album").select({aggregate(Aggregate::count), col("artist_id")}).order({asc("title")}),
              "ungrouped_column",
              {{"relation", "album"}, {"column", "title"}}},
             {"aggregates in an embed",
              Asking("artist").select({embed("album", {aggregate(Aggregate::count)})}),
              "feature_not_supported",
              {}},
             {"to-many beside aggregates",
              Asking("artist").select({aggregate(Aggregate::count), embed("album", {all()})}),
              "feature_not_supported",
              {}},
             {"a key of another length", Asking("region").key({"DE"}), "not_found", {{"relation", "region"}, {"key", "DE"}}},
             {"a key where there is none", Asking("nopk").key({"1"}), "not_found", {{"relation", "nopk"}}},
         }) {
        SCOPED_TRACE(c.name);
        auto plan = plan_read(model, c.query, {}, "public");
        ASSERT_FALSE(plan);
        EXPECT_EQ(to_string(plan.error().reason()), c.reason);
        for (auto const& [name, value] : c.arguments) EXPECT_EQ(plan.error().argument(name), value) << name;
    }
}

/// `genre(album(genre(…)))`, `depth` relations deep.
SelectItem chain(std::uint32_t depth, bool is_inner = false) {
    auto item = embed(depth % 2 == 0 ? "album" : "genre", {col("id")});
    item.inner = is_inner;
    if (depth > 1) item.items.push_back(chain(depth - 1, is_inner));
    return item;
}

Filter nested(std::uint32_t depth, bool is_negated) {
    auto filter = on("id", Operator::eq, {"1"});
    for (std::uint32_t i = 0; i < depth; ++i) {
        filter = group(i % 2 == 0 ? Filter::Kind::any_of : Filter::Kind::all_of, {on("id", Operator::eq, {"2"}), std::move(filter)});
        filter.negated = is_negated;
    }
    return filter;
}

TEST(PlannerRefusal, EveryCapNamesItselfAndItsMaximum) {
    auto const model = music();
    PlanLimits limits;
    limits.max_embeds = 3;
    limits.max_terms = 6;
    limits.max_order_terms = 2;
    limits.max_columns = 10;
    limits.max_joins = 1;
    limits.max_members = 20;
    limits.max_cells = 12;
    limits.max_conditions = 8;
    limits.max_nesting = 15;
    limits.max_depth = 2;
    std::vector<SelectItem> five(5, embed("genre", {}));
    std::vector<SelectItem> eleven(11, col("id"));
    std::vector<SelectItem> stars(3, all());
    std::vector<SelectItem> wide = {all(), embed("artist", {all()})};
    auto is_null = on("album", Operator::is_null);
    struct Case {
        std::string_view limit;
        Query fits;
        Query exceeds;
        std::string_view maximum;
    };
    for (auto const& c : std::vector<Case>{
             {"embedded relations", Asking("album").select({five[0], five[1], five[2]}), Asking("album").select(five), "3"},
             {"levels of embedding",
              Asking("album").select({chain(1)}),
              Asking("genre").select({chain(4)}).select({embed("album", {chain(3)})}),
              "2"},
             {"selected members", Asking("genre").select({10, col("id")}), Asking("genre").select(eleven), "10"},
             {"members of a document", Asking("artist").select({stars[0], stars[1]}), Asking("artist").select(stars), "20"},
             {"columns of a statement", Asking("album").select({all()}), Asking("album").select(wide), "12"},
             {"filter terms",
              Asking("genre").where(on("name", Operator::like, {"a", "b", "c", "d", "e", "f"}, Quantifier::any)),
              Asking("genre").where(on("name", Operator::like, std::vector<std::string>(7, "a"), Quantifier::any)),
              "6"},
             {"terms of an order",
              Asking("genre").order({asc("id"), asc("name")}),
              Asking("genre").order({asc("id"), asc("name"), asc("id")}),
              "2"},
             {"conditions in all statements",
              Asking("artist")
                  .select({embed("album", {})})
                  .where(is_null)
                  .where(is_null)
                  .where(is_null)
                  .where(on("id", Operator::eq, {"1"}), {"album"}),
              Asking("artist")
                  .select({embed("album", {})})
                  .where(is_null)
                  .where(is_null)
                  .where(is_null)
                  .where(on("id", Operator::eq, {"1"}), {"album"})
                  .where(on("id", Operator::eq, {"1"}), {"album"}),
              "8"},
             {"conditions inside each other", Asking("genre").where(nested(4, false)), Asking("genre").where(nested(4, true)), "15"},
             {"joined relations",
              Asking("orders").select({spread("billing_id", {all()})}),
              Asking("orders").select({spread("billing_id", {all()}), spread("shipping_id", {all()})}),
              "1"},
         }) {
        SCOPED_TRACE(c.limit);
        auto fits = plan_read(model, c.fits, limits, "public");
        EXPECT_TRUE(fits) << fits.error().argument("limit").value_or("");
        auto exceeds = plan_read(model, c.exceeds, limits, "public");
        ASSERT_FALSE(exceeds);
        EXPECT_EQ(exceeds.error().reason(), Reason::limit_exceeded);
        EXPECT_EQ(exceeds.error().argument("limit"), c.limit);
        EXPECT_EQ(exceeds.error().argument("maximum"), c.maximum);
    }
}

TEST(PlannerRefusal, TheDefaultCapsLeaveRoomForDeepSelectionsAndNestedFilters) {
    auto const model = music();
    EXPECT_TRUE(plan_read(model, Asking("album").select({chain(7, true)}), {}, "public"));
    EXPECT_TRUE(plan_read(model, Asking("genre").where(nested(20, false)), {}, "public"));
    EXPECT_FALSE(plan_read(model, Asking("genre").where(nested(20, true)), {}, "public"));
}

/// Each test of existence repeats what its relation is filtered by: in a chain of tests that is a product.
TEST(PlannerRefusal, NestedTestsOfExistenceCannotMultiplyWithoutEnd) {
    Asking asking("album");
    asking.select({chain(7)});
    std::vector<std::string> path;
    for (int level = 0; level < 7; ++level) {
        std::string next = level % 2 == 0 ? "genre" : "album";
        for (int i = 0; i < 50; ++i) asking.where(on(next, Operator::is_null), path);
        path.push_back(next);
    }
    auto plan = plan_read(music(), asking, {}, "public");
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().argument("limit"), "conditions in all statements");
}

}  // namespace
}  // namespace koine::query
