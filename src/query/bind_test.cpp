#include "query/planner.hpp"
#include "query/test_model.hpp"
#include "query/test_query.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace koine::query {
namespace {

using namespace testing;

std::string text(Cell const& cell) {
    switch (cell.kind()) {
        case Cell::Kind::null: return "null";
        case Cell::Kind::integer: return fmt::format("{}", cell.integer());
        case Cell::Kind::real: return fmt::format("{:.1f}", cell.real());
        case Cell::Kind::text: return fmt::format("'{}'", cell.view());
        case Cell::Kind::blob: break;
    }
    return fmt::format("x{}", cell.view());
}

/// What is bound, slot after slot, as text; or the reason of the refusal.
std::string bound(Query const& query, std::uint32_t max_rows = 10) {
    auto plan = plan_read(music(), query, {}, "public");
    if (!plan) return std::string(to_string(plan.error().reason()));
    Arena arena;
    std::vector<Argument> arguments;
    auto result = query::bind(*plan.value(), query, max_rows, arena, arguments);
    if (!result) return std::string(to_string(result.error().reason()));
    std::string out;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (i > 0) out += " ";
        if (plan.value()->slots[i].form != SlotForm::list) {
            out += text(arguments[i].scalar);
            continue;
        }
        out += "[";
        for (auto const& cell : arguments[i].list) out += (out.back() == '[' ? "" : " ") + text(cell);
        out += "]";
    }
    return out;
}

TEST(Bind, MakesEachFormOfArgument) {
    struct Case {
        std::string_view name;
        Query query;
        std::string_view want;
    };
    for (auto const& c : std::vector<Case>{
             {"integer", Asking("artist").where(on("id", Operator::eq, {" 5 "})), "5 11"},
             {"number", Asking("artist").where(on("rating", Operator::gt, {"4.5"})), "4.5 11"},
             {"boolean", Asking("artist").where(on("active", Operator::eq, {"yes"})), "1 11"},
             {"timestamp", Asking("album").where(on("released", Operator::lt, {"2024-02-29T12:00"})), "'2024-02-29 12:00' 11"},
             {"blob", Asking("album").where(on("cover", Operator::eq, {"\\x6162"})), "xab 11"},
             {"dynamic, a number", Asking("region").where(on("code", Operator::eq, {"12"})), "'12' 12 11"},
             {"dynamic, a text", Asking("region").where(on("code", Operator::eq, {"ab"})), "'ab' null 11"},
             {"list", Asking("artist").where(on("id", Operator::in, {"1", " 2"})), "[1 2] 11"},
             {"empty list", Asking("artist").where(on("id", Operator::in)), "[] 11"},
             {"list of a dynamic column", Asking("region").where(on("code", Operator::in, {"1", "x"})), "['1' 1 'x'] 11"},
             {"any of", Asking("artist").where(on("id", Operator::eq, {"1", "2"}, Quantifier::any)), "[1 2] 11"},
             {"all of", Asking("artist").where(on("id", Operator::gt, {"1", "2"}, Quantifier::all)), "1 2 11"},
             {"like", Asking("artist").where(on("name", Operator::like, {"a%[b"})), "'a*[[]b' 11"},
             {"ilike", Asking("artist").where(on("name", Operator::ilike, {"a%"})), "'a%' 11"},
             {"regex", Asking("artist").where(on("name", Operator::imatch, {"^a"})), "'^a' 11"},
             {"json", Asking("artist").where(on("meta", Operator::contains, {"{\"n\":3}"})), "'{\"n\":3}' 11"},
             {"path", Asking("artist").where(on(field("meta", {{"a", {}}, {"", 0}}, true), Operator::eq, {"x"})), "'[\"a\",0]' 'x' 11"},
             {"key", Asking("region").key({"DE", "7"}), "'DE' '7' 7 11"},
             {"conditions from left to right, tests of embeds counted",
              Asking("artist")
                  .select({col("id"), embed("album", {})})
                  .where(any_of({on("id", Operator::eq, {"1"}), on("album", Operator::is_null), on("id", Operator::eq, {"2"})}))
                  .where(on("title", Operator::eq, {"t"}), {"album"}),
              "1 't' 2 11"},
             {"the window of an embed", Asking("artist").select({embed("album", {col("id")})}).window({3, 2}, {"album"}), "3 2 11"},
         }) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(bound(c.query), c.want);
    }
}

TEST(Bind, ALimitIsAtMostOneRowMoreThanTheCap) {
    EXPECT_EQ(bound(Asking("genre")), "11");
    EXPECT_EQ(bound(Asking("genre").window({3, 0})), "3");
    EXPECT_EQ(bound(Asking("genre").window({0, 0})), "0");
    EXPECT_EQ(bound(Asking("genre").window({11, 5})), "11 5");
    EXPECT_EQ(bound(Asking("genre").window({1'000'000'000'000, 0})), "11");
    EXPECT_EQ(bound(Asking("genre").window({-3, -5})), "0");
    EXPECT_EQ(bound(Asking("artist").select({embed("album", {col("id")})}).window({1'000, 0}, {"album"})), "11 11");
    EXPECT_EQ(bound(Asking("artist").select({embed("album", {col("id")})}).window({-1, 0}, {"album"})), "0 11");
    EXPECT_EQ(bound(Asking("genre"), 0xFFFFFFFF), "4294967296");
}

TEST(Bind, RefusesTextsThatTheTypeDoesNotTake) {
    EXPECT_EQ(bound(Asking("artist").where(on("id", Operator::eq, {"x"}))), "invalid_literal");
    EXPECT_EQ(bound(Asking("artist").where(on("id", Operator::in, {"1", "null"}))), "invalid_literal");
    EXPECT_EQ(bound(Asking("artist").where(on("id", Operator::eq, {"99999999999999999999"}))), "literal_out_of_range");
    EXPECT_EQ(bound(Asking("artist").where(on("founded", Operator::eq, {"never"}))), "invalid_datetime");
    EXPECT_EQ(bound(Asking("artist").where(on("founded", Operator::eq, {"2024-02-30"}))), "datetime_out_of_range");
    EXPECT_EQ(bound(Asking("artist").where(on("meta", Operator::contained, {"{"}))), "invalid_json_literal");
    EXPECT_EQ(bound(Asking("artist").where(on("name", Operator::like, {"a\\"}))), "trailing_escape");
    EXPECT_EQ(bound(Asking("artist").where(on("name", Operator::ilike, {"a\\"}))), "trailing_escape");
    EXPECT_EQ(bound(Asking("artist").key({"x"})), "invalid_literal");
    EXPECT_EQ(bound(Asking("artist").where(on("id", Operator::eq))), "internal");
}

TEST(Bind, LeavesNothingOfTheRequestBefore) {
    auto const model = music();
    Arena arena;
    std::vector<Argument> arguments;
    Query many = Asking("artist").where(on("id", Operator::in, {"1", "2", "3"}));
    Query few = Asking("artist").where(on("id", Operator::in, {"4"}));
    auto plan = plan_read(model, many, {}, "public").value();
    ASSERT_TRUE(query::bind(*plan, many, 10, arena, arguments));
    ASSERT_TRUE(query::bind(*plan, few, 10, arena, arguments));
    ASSERT_EQ(arguments[0].list.size(), 1U);
    EXPECT_EQ(arguments[0].list[0].integer(), 4);
    EXPECT_TRUE(arguments[0].scalar.is_null());
}

}  // namespace
}  // namespace koine::query
