#include "dialect/filter/filter.hpp"
#include "dialect/testing/print.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string understood(std::string_view options, Pairs const& pairs) {
    auto const reader = testing::compiled<ParameterReader>(compile_filter_plain, options);
    if (!reader) return "does not compile";
    query::Query query;
    for (auto const& [key, value] : pairs)
        if (auto const read = reader->read({key, value, true}, {}, query); !read) return testing::print(read.error());
    std::vector<std::string> parts;
    for (auto const& placed : query.filters) {
        auto const printed = testing::print(placed);
        parts.push_back(printed.key + "=" + printed.value);
    }
    return testing::joined(parts, " & ");
}

TEST(PlainFilter, Reads) {
    struct Case {
        std::string options;
        Pairs pairs;
        std::string want;
    };
    constexpr auto price = "{sep: __, suffixes: {gte: gte, lt: lt, in: in, isnull: is_null}, null_word: none}";
    std::vector<Case> const cases = {
        {"", {{"country", "SE"}}, "country=eq.SE"},
        {"", {{"country", ""}}, "country=eq."},
        {"", {{"price__gte", "5"}}, "price__gte=eq.5"},
        {"", {{"a", "1"}, {"a", "2"}, {"b", "x"}, {"a", "3"}}, "a=in.(\"1\",\"2\",\"3\") & b=eq.x"},
        {"{repeat: all}", {{"a", "1"}, {"a", "2"}}, "a=eq.1 & a=eq.2"},
        {"{repeat: last}", {{"a", "1"}, {"a", "2"}}, "a=eq.2"},
        {price, {{"price__gte", "5"}, {"price__lt", "9"}}, "price=gte.5 & price=lt.9"},
        {price, {{"price__gte", "5"}, {"price__gte", "9"}}, "or=(price.gte.\"5\",price.gte.\"9\")"},
        {price, {{"a__in", "1, 2"}, {"a", "3"}}, "a=in.(\"1\",\"2\",\"3\")"},
        {price, {{"a", "none"}}, "a=is.null"},
        {price, {{"a", "none"}, {"a", "1"}, {"a", "2"}}, "or=(a.is.null,a.in.(\"1\",\"2\"))"},
        {price, {{"a__isnull", "false"}}, "a=is.not_null"},
        {price, {{"a__isnull", "maybe"}}, "invalid_parameter maybe true or false"},
        {price, {{"__gte", "5"}}, "__gte=eq.5"},
        {"{sep: \".\", suffixes: [gt, like]}", {{"a.gt", "1"}, {"b.like", "x%"}}, "a=gt.1 & b=like.x%"},
        {"{max_terms: 2}", {{"a", "1"}, {"a", "2"}, {"a", "3"}}, "limit_exceeded conditions 2"},
        {"{suffixes: {x: nothing}}", {}, "does not compile"},
        {"{repeat: some}", {}, "does not compile"},
    };
    for (auto const& [options, pairs, want] : cases) {
        SCOPED_TRACE(want);
        EXPECT_EQ(understood(options, pairs), want);
    }
}

}  // namespace
}  // namespace koine::dialect
