#include "dialect/page/page.hpp"
#include "dialect/testing/print.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string shown(query::Window const& window) {
    return std::to_string(window.offset) + "+" + (window.limit ? std::to_string(*window.limit) : "all");
}

/// The windows that a request makes, or the problem.
std::string windows(std::string_view options, Pairs const& pairs, std::string_view range = "", Method method = Method::get) {
    auto const page = testing::compiled<Page>(compile_page_range_header, options);
    if (!page) return "does not compile";
    query::Query query;
    for (auto const& [key, value] : pairs) {
        auto const read = page->read({key, value, true}, {}, query);
        if (!read) return testing::print(read.error());
        if (!read.value()) return "not read";
    }
    std::vector<Header> headers;
    if (!range.empty()) headers.push_back({"Range", range});
    Exchange exchange;
    exchange.method = method;
    exchange.headers = headers;
    if (auto const finished = page->finish(exchange, query); !finished) return testing::print(finished.error());
    auto out = shown(query.window);
    for (auto const& [path, window] : query.windows) out += " " + testing::joined(path, ".") + ":" + shown(window);
    return out;
}

TEST(RangeHeaderPage, MakesWindows) {
    struct Case {
        Pairs pairs;
        std::string range;
        std::string want;
    };
    std::vector<Case> const cases = {
        {{}, "", "0+all"},
        {{{"limit", "2"}, {"offset", "1"}}, "", "1+2"},
        {{{"limit", "abc"}, {"offset", "1.5"}}, "", "0+all"},
        {{{"limit", " 5"}}, "", "0+5"},
        {{{"limit", ""}}, "", "0+all"},
        {{{"limit", "1"}, {"limit", "2"}}, "", "0+2"},
        {{{"limit", "-1"}, {"limit", "2"}}, "", "0+2"},
        {{{"limit", "2"}, {"limit", "x"}}, "", "0+all"},
        {{{"limit", "-1"}}, "", "negative_limit -1"},
        {{{"limit", "-99999999999999999999"}}, "", "negative_limit -9223372036854775808"},
        {{{"offset", "-5"}}, "", "0+all"},
        {{{"limit", "9223372036854775807"}}, "", "0+9223372036854775807"},
        {{{"limit", "9223372036854775807"}, {"offset", "9223372036854775807"}}, "", "9223372036854775807+1"},
        {{{"limit", "9223372036854775808"}}, "", "literal_out_of_range bigint 9223372036854775808"},
        {{{"offset", "9223372036854775808"}}, "", "literal_out_of_range bigint 9223372036854775808"},
        {{{"limit", "3"}, {"offset", "1"}}, "2-9", "2+2"},
        {{}, "2-9", "2+8"},
        {{}, "2-", "2+all"},
        {{}, "0-0", "0+1"},
        {{}, "0-99999999999999999999", "0+all"},
        {{}, "99999999999999999999-", "literal_out_of_range bigint 99999999999999999999"},
        {{}, "3-1", "inverted_range"},
        {{{"limit", "2"}}, "5-9", "inverted_range"},
        {{{"limit", "0"}}, "3-1", "0+0"},
        {{{"limit", "0"}}, "", "0+0"},
        {{}, "bytes=0-1", "0+all"},
        {{}, "-3", "0+all"},
        {{}, "1-2-3", "0+all"},
        {{}, " 1-2", "0+all"},
        {{{"album.limit", "1"}, {"album.offset", "2"}}, "", "0+all album:2+1"},
        {{{"album.genre.limit", "1"}, {"album.limit", "3"}}, "", "0+all album.genre:0+1 album:0+3"},
        {{{"album.limit", "0"}}, "", "0+all album:0+0"},
        {{{"album.limit", "-1"}}, "", "negative_nested_limit -1"},
        {{{"al)bum.limit", "1"}}, "", "invalid_syntax tree path:3 \")\" / \"->\", delimiter (.) or end of input"},
        {{{"limits", "1"}}, "", "not read"},
    };
    for (auto const& [pairs, range, want] : cases) {
        SCOPED_TRACE(want + " of " + (pairs.empty() ? range : pairs[0].first + "=" + pairs[0].second));
        EXPECT_EQ(windows("", pairs, range), want);
    }
}

TEST(RangeHeaderPage, ReadsTheHeaderOfGetOnly) { EXPECT_EQ(windows("", {}, "2-3", Method::head), "0+all"); }

TEST(RangeHeaderPage, BoundsWindows) {
    EXPECT_EQ(windows("{max: 10}", {}), "0+10");
    EXPECT_EQ(windows("{max: 10}", {{"limit", "20"}, {"x.limit", "30"}}), "0+10 x:0+10");
    EXPECT_EQ(windows("{max: 10, default: 5}", {}), "0+5");
    EXPECT_EQ(windows("{max: 10, default: 5}", {{"limit", "7"}}), "0+7");
    EXPECT_EQ(windows("{max: 10}", {}, "4-99"), "4+10");
    EXPECT_EQ(windows("{max: 10, default: 50}", {}), "does not compile");
}

TEST(RangeHeaderPage, IgnoresParametersWithoutValue) {
    auto const page = testing::compiled<Page>(compile_page_range_header);
    query::Query query;
    EXPECT_TRUE(page->read({"limit", "", false}, {}, query).value());
    EXPECT_EQ(query, query::Query{});
}

TEST(RangeHeaderPage, TellsWhatWasSent) {
    struct Case {
        query::Window window;
        bool counted;
        std::int64_t returned;
        std::optional<std::int64_t> total;
        std::string want;
    };
    std::vector<Case> const cases = {
        {{std::nullopt, 0}, false, 5, std::nullopt, "200 0-4/*"},
        {{2, 1}, false, 2, std::nullopt, "200 1-2/*"},
        {{2, 1}, true, 2, 5, "206 1-2/5"},
        {{std::nullopt, 0}, true, 5, 5, "200 0-4/5"},
        {{std::nullopt, 0}, true, 0, 0, "200 */0"},
        {{0, 0}, false, 0, std::nullopt, "200 */*"},
        {{0, 0}, true, 0, 5, "206 */5"},
        {{std::nullopt, 5}, true, 0, 5, "206 */5"},
        {{std::nullopt, 100}, true, 0, 5, "offset_beyond_total 100 5"},
        {{std::nullopt, 100}, false, 0, std::nullopt, "200 */*"},
        {{std::nullopt, 100}, false, 0, 5, "200 */*"},
        {{2, 1}, true, 2, std::nullopt, "200 1-2/*"},
    };
    auto const page = testing::compiled<Page>(compile_page_range_header);
    for (auto const& [window, counted, returned, total, want] : cases) {
        SCOPED_TRACE(want);
        query::Query query;
        query.window = window;
        Exchange exchange;
        if (counted) exchange.preferences.count = query::Count::exact;
        ASSERT_TRUE(page->finish(exchange, query));
        auto const facts = page->facts(exchange, query, returned, total);
        EXPECT_EQ(facts ? std::to_string(facts.value().status) + " " + facts.value().range : testing::print(facts.error()), want);
    }
}

}  // namespace
}  // namespace koine::dialect
