#include "dialect/page/page.hpp"
#include "dialect/testing/print.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace koine::dialect {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Asked {
    Exchange exchange;
    query::Query query;
    std::string problem;
};

Asked ask(Page const& page, Pairs const& pairs) {
    Asked asked;
    asked.exchange.base_url = "http://h:1/api";
    asked.exchange.path = "/api/album";
    for (auto const& [key, value] : pairs) {
        Parameter const parameter{key, value, true};
        asked.exchange.parameters.push_back(parameter);
        if (auto const read = page.read(parameter, {}, asked.query); !read) asked.problem = testing::print(read.error());
    }
    if (auto const finished = page.finish(asked.exchange, asked.query); !finished) asked.problem = testing::print(finished.error());
    return asked;
}

std::string window(Page const& page, Pairs const& pairs) {
    auto const asked = ask(page, pairs);
    if (!asked.problem.empty()) return asked.problem;
    return std::to_string(asked.query.window.offset) + "+" + std::to_string(asked.query.window.limit.value_or(-1));
}

TEST(OffsetPage, ReadsStrictly) {
    auto const page = testing::compiled<Page>(compile_page_offset, "{default: 20, max: 100}");
    ASSERT_TRUE(page);
    EXPECT_EQ(window(*page, {}), "0+20");
    EXPECT_EQ(window(*page, {{"limit", "5"}, {"offset", "10"}}), "10+5");
    EXPECT_EQ(window(*page, {{"limit", "0"}}), "0+0");
    EXPECT_EQ(window(*page, {{"limit", "500"}}), "0+100");
    EXPECT_EQ(window(*page, {{"limit", "x"}}), "invalid_parameter x an integer from 0 to 100");
    EXPECT_EQ(window(*page, {{"limit", "-1"}}), "invalid_parameter -1 an integer from 0 to 100");
    EXPECT_EQ(window(*page, {{"offset", "-1"}}), "invalid_parameter -1 an integer of at least 0");
    EXPECT_EQ(window(*page, {{"offset", ""}}), "invalid_parameter  an integer of at least 0");
    auto const strict = testing::compiled<Page>(compile_page_offset, "{max: 100, over: problem, limit: size, offset: from, total: never}");
    EXPECT_EQ(window(*strict, {{"size", "101"}}), "invalid_parameter 101 an integer from 0 to 100");
    EXPECT_EQ(ask(*page, {}).query.count, query::Count::exact);
    EXPECT_EQ(ask(*strict, {}).query.count, query::Count::none);
    EXPECT_FALSE(testing::compiled<Page>(compile_page_offset, "{max: 10, default: 11}"));
}

TEST(OffsetPage, LinksToItsNeighbours) {
    auto const page = testing::compiled<Page>(compile_page_offset);
    auto const asked = ask(*page, {{"a b", "x&y"}, {"limit", "10"}, {"offset", "15"}});
    auto const facts = page->facts(asked.exchange, asked.query, 10, 32).value();
    EXPECT_EQ(facts.first, "http://h:1/api/album?a%20b=x%26y&limit=10&offset=0");
    EXPECT_EQ(facts.prev, "http://h:1/api/album?a%20b=x%26y&limit=10&offset=5");
    EXPECT_EQ(facts.next, "http://h:1/api/album?a%20b=x%26y&limit=10&offset=25");
    EXPECT_EQ(facts.last, "http://h:1/api/album?a%20b=x%26y&limit=10&offset=30");
    EXPECT_EQ(facts.pages, 4);
    EXPECT_EQ(facts.number, 2);
    EXPECT_EQ(facts.total, 32);
    EXPECT_EQ(facts.status, 200);
}

TEST(OffsetPage, LinksNowhereFromTheOnlyPage) {
    auto const page = testing::compiled<Page>(compile_page_offset, "{total: never}");
    auto const asked = ask(*page, {});
    auto const facts = page->facts(asked.exchange, asked.query, 3, std::nullopt).value();
    EXPECT_EQ(facts.next + facts.prev + facts.last, "");
    EXPECT_FALSE(facts.pages);
    EXPECT_NE(page->facts(asked.exchange, asked.query, 50, std::nullopt).value().next, "");
    auto const nothing = ask(*page, {{"limit", "0"}});
    EXPECT_EQ(page->facts(nothing.exchange, nothing.query, 0, 9).value().next, "");
}

TEST(OffsetPage, CountsNoFurtherThanItCan) {
    auto const page = testing::compiled<Page>(compile_page_offset, "");
    auto const asked = ask(*page, {{"limit", "1"}, {"offset", "9223372036854775807"}});
    auto const facts = page->facts(asked.exchange, asked.query, 0, 5).value();
    EXPECT_EQ(facts.number, std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(facts.next, "");
}

constexpr auto kLenient = "{default: 50, max: 1000, zero: max, bad: default, keep: sorted}";

TEST(OffsetPage, ReadsLeniently) {
    auto const page = testing::compiled<Page>(compile_page_offset, kLenient);
    ASSERT_TRUE(page);
    EXPECT_EQ(window(*page, {}), "0+50");
    EXPECT_EQ(window(*page, {{"limit", "7"}, {"offset", "3"}}), "3+7");
    EXPECT_EQ(window(*page, {{"limit", "0"}}), "0+1000");
    EXPECT_EQ(window(*page, {{"limit", "1001"}}), "0+1000");
    EXPECT_EQ(window(*page, {{"limit", "99999999999999999999"}}), "0+1000");
    EXPECT_EQ(window(*page, {{"limit", "-1"}}), "0+50");
    EXPECT_EQ(window(*page, {{"limit", "x"}, {"offset", "x"}}), "0+50");
    EXPECT_EQ(window(*page, {{"limit", ""}, {"offset", "-3"}}), "0+50");
    EXPECT_EQ(window(*page, {{"limit", "5"}, {"limit", "x"}}), "0+50");
    EXPECT_EQ(window(*page, {{"limit", " +5 "}}), "0+5");
    auto const all = testing::compiled<Page>(compile_page_offset, "{zero: all, max: 10, default: 5}");
    EXPECT_EQ(window(*all, {{"limit", "0"}}), "0+9223372036854775807");
    auto const usual = testing::compiled<Page>(compile_page_offset, "{zero: default, default: 5}");
    EXPECT_EQ(window(*usual, {{"limit", "0"}}), "0+5");
}

TEST(OffsetPage, ShowsAllRowsWhereNothingBoundsThem) {
    auto const page = testing::compiled<Page>(compile_page_offset, "{default: 50, max: 0, zero: max, bad: default, keep: sorted}");
    ASSERT_TRUE(page);
    EXPECT_EQ(window(*page, {{"limit", "5000"}}), "0+5000");
    auto const asked = ask(*page, {{"limit", "0"}});
    auto const facts = page->facts(asked.exchange, asked.query, 270, 270).value();
    EXPECT_EQ(facts.next + facts.prev, "");
    EXPECT_EQ(facts.total, 270);
    EXPECT_FALSE(facts.limit);
    EXPECT_FALSE(testing::compiled<Page>(compile_page_numbered, "{max: 0}"));
}

TEST(OffsetPage, LinksWithSortedParameters) {
    auto const page = testing::compiled<Page>(compile_page_offset, kLenient);
    struct Case {
        Pairs pairs;
        std::int64_t total;
        std::string next;
        std::string previous;
    };
    std::vector<Case> const cases = {
        {{}, 270, "limit=50&offset=50", ""},
        {{}, 50, "", ""},
        {{{"limit", "100"}}, 270, "limit=100&offset=100", ""},
        {{{"limit", "100"}, {"offset", "200"}}, 270, "", "limit=100&offset=100"},
        {{{"limit", "0"}}, 2000, "limit=1000&offset=1000", ""},
        {{{"name", "b c"}, {"asn", "2"}, {"asn", "1"}, {"x", ""}}, 60, "asn=2&asn=1&limit=50&name=b+c&offset=50&x=", ""},
        {{{"offset", "3"}, {"limit", "3"}, {"fields", "id"}}, 5, "", "fields=id&limit=3"},
        {{{"offset", "2"}, {"limit", "3"}}, 9, "limit=3&offset=5", "limit=3"},
        {{{"offset", "900"}, {"limit", "3"}}, 5, "", "limit=3&offset=897"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.next + " / " + each.previous);
        auto const asked = ask(*page, each.pairs);
        auto const facts = page->facts(asked.exchange, asked.query, 1, each.total).value();
        auto const before = [](std::string const& query) { return query.empty() ? query : "http://h:1/api/album?" + query; };
        EXPECT_EQ(facts.next, before(each.next));
        EXPECT_EQ(facts.prev, before(each.previous));
    }
}

TEST(NumberedPage, ReadsStrictly) {
    auto const page = testing::compiled<Page>(compile_page_numbered, "{default: 20, max: 100}");
    ASSERT_TRUE(page);
    EXPECT_EQ(window(*page, {}), "0+20");
    EXPECT_EQ(window(*page, {{"page", "3"}}), "40+20");
    EXPECT_EQ(window(*page, {{"page", "3"}, {"per_page", "5"}}), "10+5");
    EXPECT_EQ(window(*page, {{"per_page", "5"}, {"page", "3"}}), "10+5");
    EXPECT_EQ(window(*page, {{"per_page", "500"}}), "0+100");
    EXPECT_EQ(window(*page, {{"per_page", "0"}}), "invalid_parameter 0 an integer from 1 to 100");
    EXPECT_EQ(window(*page, {{"page", "0"}}), "invalid_parameter 0 an integer of at least 1");
    EXPECT_EQ(window(*page, {{"page", "1e3"}}), "invalid_parameter 1e3 an integer of at least 1");
    EXPECT_EQ(window(*page, {{"page", "9223372036854775807"}}), "9223372036854775800+20");
    auto const from_zero = testing::compiled<Page>(compile_page_numbered, "{first: 0, page: p, size: n}");
    EXPECT_EQ(window(*from_zero, {{"p", "2"}, {"n", "10"}}), "20+10");
}

TEST(NumberedPage, LinksToItsNeighbours) {
    auto const page = testing::compiled<Page>(compile_page_numbered);
    auto const asked = ask(*page, {{"page", "2"}, {"per_page", "10"}});
    auto const facts = page->facts(asked.exchange, asked.query, 10, 35).value();
    EXPECT_EQ(facts.first, "http://h:1/api/album?per_page=10&page=1");
    EXPECT_EQ(facts.prev, "http://h:1/api/album?per_page=10&page=1");
    EXPECT_EQ(facts.next, "http://h:1/api/album?per_page=10&page=3");
    EXPECT_EQ(facts.last, "http://h:1/api/album?per_page=10&page=4");
    EXPECT_EQ(facts.pages, 4);
    EXPECT_EQ(facts.number, 2);
    auto const end = ask(*page, {{"page", "4"}, {"per_page", "10"}});
    EXPECT_EQ(page->facts(end.exchange, end.query, 5, 35).value().next, "");
}

TEST(NumberedPage, JudgesPagesBeyondTheLast) {
    for (auto const* options : {"{beyond: empty}", "{beyond: not_found}"}) {
        SCOPED_TRACE(options);
        auto const page = testing::compiled<Page>(compile_page_numbered, options);
        bool const refuses = std::string_view(options).contains("not_found");
        auto const first = ask(*page, {});
        EXPECT_TRUE(page->facts(first.exchange, first.query, 0, 0));
        auto const beyond = ask(*page, {{"page", "2"}});
        EXPECT_TRUE(page->facts(beyond.exchange, beyond.query, 1, 51));
        EXPECT_EQ(page->facts(beyond.exchange, beyond.query, 0, 50).has_error(), refuses);
        EXPECT_EQ(page->facts(beyond.exchange, beyond.query, 0, std::nullopt).has_error(), refuses);
    }
}

}  // namespace
}  // namespace koine::dialect
