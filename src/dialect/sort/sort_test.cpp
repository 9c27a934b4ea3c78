#include "dialect/sort/sort.hpp"

#include "dialect/testing/app.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

struct Case {
    std::string key;
    std::string value;
    std::string want;
};

std::string understood(ParameterReader const& reader, Parameter const& parameter) {
    query::Query query;
    auto const read = reader.read(parameter, {}, query);
    if (!read) return testing::print(read.error());
    if (!read.value()) return "not read";
    if (query.orders.empty()) return "";
    return testing::joined(query.orders[0].path, ".") + (query.orders[0].path.empty() ? "" : ": ") + testing::print(query.orders[0].value);
}

TEST(PairsSort, Reads) {
    constexpr auto words = "\"asc\", \"desc\", \"nullsfirst\" or \"nullslast\"";
    std::vector<Case> const cases = {
        {"order", "name", "name.asc.nullslast"},
        {"order", "name.desc", "name.desc.nullsfirst"},
        {"order", "a.asc,b.desc.nullslast", "a.asc.nullslast,b.desc.nullslast"},
        {"order", "a.nullsfirst", "a.asc.nullsfirst"},
        {"order", " a.desc , b ", "a.desc.nullsfirst,b.asc.nullslast"},
        {"order", "artist(name).desc.nullslast,title", "artist(name).desc.nullslast,title.asc.nullslast"},
        {"order", "artist(meta->>label)", "artist(meta->>label).asc.nullslast"},
        {"order", "meta->n.desc", "meta->n.desc.nullsfirst"},
        {"order", "meta->0.desc,meta->>-1", "meta->0.desc.nullsfirst,meta->>-1.asc.nullslast"},
        {"order", "\"weird.col\".desc", "\"weird.col\".desc.nullsfirst"},
        {"album.order", "title", "album: title.asc.nullslast"},
        {"album.genre.order", "name.desc", "album.genre: name.desc.nullsfirst"},
        {"order", "id.foo", std::string("invalid_syntax order:4 \"f\" / ") + words},
        {"order", "id.asc.smth", "invalid_syntax order:8 \"s\" / \"nullsfirst\" or \"nullslast\""},
        {"order", "id.descc", "invalid_syntax order:8 \"c\" / delimiter (.), \",\" or end of input"},
        {"order", "id.nullslastt", "invalid_syntax order:13 \"t\" / \",\" or end of input"},
        {"order", "id.nullslast.desc", "invalid_syntax order:13 \".\" / \",\" or end of input"},
        {"order", "", "invalid_syntax order:1 end of input / field name (* or [a..z0..9_$])"},
        {"order", "a,", "invalid_syntax order:3 end of input / field name (* or [a..z0..9_$])"},
        {"order", "a(b,c)", "invalid_syntax order:4 \",\" / \")\""},
        {"order", "a(b(c))", "invalid_syntax order:4 \"(\" / \")\""},
        {"al)bum.order", "a", "invalid_syntax tree path:3 \")\" / \"->\", delimiter (.) or end of input"},
        {"orders", "a", "not read"},
    };
    auto const reader = testing::compiled<ParameterReader>(compile_sort_pairs);
    ASSERT_TRUE(reader);
    for (auto const& [key, value, want] : cases) {
        SCOPED_TRACE(key + "=" + value);
        EXPECT_EQ(understood(*reader, {key, value, true}), want);
    }
    EXPECT_EQ(understood(*reader, {"order", "", false}), "");
}

TEST(PairsSort, KeepsTheFirstOfARelation) {
    auto const reader = testing::compiled<ParameterReader>(compile_sort_pairs);
    query::Query query;
    for (auto const* value : {"a", "b"}) {
        EXPECT_TRUE(reader->read({"order", value, true}, {}, query).value());
        EXPECT_TRUE(reader->read({"album.order", value, true}, {}, query).value());
    }
    ASSERT_EQ(query.orders.size(), 2U);
    for (auto const& placed : query.orders) EXPECT_EQ(testing::print(placed.value), "a.asc.nullslast");
}

TEST(PairsSort, TakesAnotherSeparatorAndNullOrder) {
    auto const reader =
        testing::compiled<ParameterReader>(compile_sort_pairs, "{param: sort, separator: \":\", nulls: smallest, max_terms: 2}");
    ASSERT_TRUE(reader);
    EXPECT_EQ(understood(*reader, {"sort", "a:desc,b", true}), "a.desc.nullslast,b.asc.nullsfirst");
    EXPECT_EQ(understood(*reader, {"sort", "a,b,c", true}), "limit_exceeded terms of an order 2");
    EXPECT_FALSE(testing::compiled<ParameterReader>(compile_sort_pairs, "{separator: x}"));
    EXPECT_FALSE(testing::compiled<ParameterReader>(compile_sort_pairs, "{separator: \"\"}"));
    EXPECT_FALSE(testing::compiled<ParameterReader>(compile_sort_pairs, "{nulls: middle}"));
}

TEST(SignsSort, Reads) {
    std::vector<Case> const cases = {
        {"order", "-price, name", "price.desc.nullslast,name.asc.nullslast"},
        {"order", "", ""},
        {"order", "a,-", "invalid_parameter a,- names of fields, each perhaps after a -, separated by commas"},
        {"order", "a,b,c,d", "limit_exceeded terms of an order 3"},
        {"sort", "a", "not read"},
    };
    auto const reader = testing::compiled<ParameterReader>(compile_sort_signs, "{nulls: last, max_terms: 3}");
    ASSERT_TRUE(reader);
    for (auto const& [key, value, want] : cases) {
        SCOPED_TRACE(key + "=" + value);
        EXPECT_EQ(understood(*reader, {key, value, true}), want);
    }
    query::Query query;
    for (auto const* value : {"a", "-b"}) EXPECT_TRUE(reader->read({"order", value, true}, {}, query).value());
    ASSERT_EQ(query.orders.size(), 1U);
    EXPECT_EQ(testing::print(query.orders[0].value), "a.asc.nullslast,b.desc.nullslast");
}

TEST(SignsSort, OrdersResourcesByWhatTheySay) {
    testing::App const app;
    auto const order = [&](std::string_view options, testing::Pairs const& pairs) {
        auto const reader = testing::compiled<ParameterReader>(compile_sort_signs, options);
        auto const asked = testing::understand(*reader, app.list, pairs);
        if (!asked.problem.empty() || asked.query.orders.size() != 1) return asked.problem;
        std::string text;
        for (auto const& term : asked.query.orders[0].value) {
            if (!text.empty()) text += ",";
            for (auto const step : term.through) text += app.model[app.model[app.systems->entity].relationships[step].target].name + "/";
            text += testing::print(term);
        }
        return text;
    };
    constexpr auto lenient = "{param: ordering, unknown: ignore}";
    EXPECT_EQ(order(lenient, {}), "asn.asc.nullslast");
    EXPECT_EQ(order(lenient, {{"ordering", "-router,asn"}}), "router/hostname.desc.nullsfirst,asn.asc.nullslast");
    EXPECT_EQ(order(lenient, {{"ordering", "display,-asn,,name"}}), "asn.desc.nullsfirst");
    EXPECT_EQ(order(lenient, {{"ordering", "display"}}), "asn.asc.nullslast");
    EXPECT_EQ(order(lenient, {{"ordering", ""}}), "asn.asc.nullslast");
    EXPECT_EQ(
        order("", {{"order", "display"}}), "invalid_parameter display names of members by which rows can be ordered, each perhaps after a -"
    );
    EXPECT_EQ(order("max_terms: 1", {{"order", "asn"}, {"order", "-asn"}}), "limit_exceeded terms of an order 1");
}

TEST(Nulls, StandWhereTheOrderPutsThem) {
    using enum query::Direction;
    EXPECT_EQ(default_nulls(NullOrder::largest, ascending), query::Nulls::last);
    EXPECT_EQ(default_nulls(NullOrder::largest, descending), query::Nulls::first);
    EXPECT_EQ(default_nulls(NullOrder::smallest, ascending), query::Nulls::first);
    EXPECT_EQ(default_nulls(NullOrder::smallest, descending), query::Nulls::last);
    EXPECT_EQ(default_nulls(NullOrder::first, descending), query::Nulls::first);
    EXPECT_EQ(default_nulls(NullOrder::last, descending), query::Nulls::last);
}

}  // namespace
}  // namespace koine::dialect
