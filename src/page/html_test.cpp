#include "page/html.hpp"

#include <gtest/gtest.h>

namespace koine::page {
namespace {

TEST(Html, TextStaysText) {
    struct Case {
        std::string_view text, want;
    };
    for (auto const& each : std::initializer_list<Case>{
             {"", ""},
             {"plain", "plain"},
             {"<script>alert('1' & \"2\")</script>", "&lt;script&gt;alert(&#39;1&#39; &amp; &quot;2&quot;)&lt;/script&gt;"},
             {"κοινή שלום 日本", "κοινή שלום 日本"},
             {"a\x01z\x7F\r", "a\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD"},
             {"a\nb\tc", "a\nb\tc"},
             {"\xFF\xC3", "\xEF\xBF\xBD\xEF\xBF\xBD"},
             {"\xEF\xBF\xBE", "\xEF\xBF\xBD"},
             {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
         }) {
        SCOPED_TRACE(each.want);
        EXPECT_EQ(escaped(each.text), each.want);
    }
}

TEST(Html, LongTextsAreCutBetweenCharacters) {
    EXPECT_EQ(clipped("abc", 3), "abc");
    EXPECT_EQ(clipped("abcd", 3), "ab…");
    EXPECT_EQ(clipped("日本語です", 3), "日本…");
    EXPECT_EQ(clipped("\xFF\xFF\xFF\xFF", 2), "\xEF\xBF\xBD…");
    EXPECT_EQ(clipped("", 3), "");
}

TEST(Html, WideCharactersCountTwice) {
    EXPECT_EQ(columns_of("abc"), 3);
    EXPECT_EQ(columns_of("日本"), 4);
    EXPECT_EQ(columns_of("שלום"), 4);
    EXPECT_EQ(columns_of("😀"), 2);
}

TEST(Html, NumbersAreGrouped) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(1234567), "1,234,567");
    EXPECT_EQ(counted(1, "table", "tables"), "1 table");
    EXPECT_EQ(counted(2000, "table", "tables"), "2,000 tables");
}

}  // namespace
}  // namespace koine::page
