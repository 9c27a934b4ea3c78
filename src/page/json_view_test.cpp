#include "page/json_view.hpp"

#include <gtest/gtest.h>

namespace koine::page {
namespace {

std::string view(std::string_view json, std::string_view base = "http://here") {
    std::string out;
    append_json_view(out, json, base);
    return out;
}

TEST(JsonView, IsIndentedAndColoured) {
    EXPECT_EQ(
        view(R"({"a":1,"b":["x",null,true],"c":{},"d":[]})"),
        "{\n    <span class=k>\"a\"</span>: <span class=n>1</span>,\n    <span class=k>\"b\"</span>: [\n        <span "
        "class=s>\"x\"</span>,\n"
        "        <span class=w>null</span>,\n        <span class=w>true</span>\n    ],\n    <span class=k>\"c\"</span>: {},\n"
        "    <span class=k>\"d\"</span>: []\n}"
    );
    EXPECT_EQ(view(""), "");
    EXPECT_EQ(view("-1.5e3"), "<span class=n>-1.5e3</span>");
}

TEST(JsonView, TextStaysText) {
    struct {
        std::string_view json, want;
    } const cases[] = {
        {R"("<script>alert(1)</script>")", "<span class=s>\"&lt;script&gt;alert(1)&lt;/script&gt;\"</span>"},
        {R"({"<b>":1})", "{\n    <span class=k>\"&lt;b&gt;\"</span>: <span class=n>1</span>\n}"},
        {R"("a\"<i>b")", "<span class=s>\"a\\\"&lt;i&gt;b\"</span>"},
        {R"("é日&")", "<span class=s>\"é日&amp;\"</span>"},
        {"\"\xff\"", "<span class=s>\"\xEF\xBF\xBD\"</span>"},
        {"<img src=x>", "<span class=w>&lt;img</span><span class=w>src=x&gt;</span>"},
        {"\"open <b>", "<span class=s>\"open &lt;b&gt;</span>"},
        {"\"\\", "<span class=s>\"\\</span>"},
    };
    for (auto const& c : cases) EXPECT_EQ(view(c.json), c.want);
}

TEST(JsonView, AddressesOfThisServerAreLinks) {
    struct {
        std::string_view json;
        bool linked;
    } const cases[] = {
        {R"("http://here/api/1/?a=1&b=2")", true},
        {R"("http://here/")", true},
        {R"("http://here")", false},
        {R"("http://here.evil/x")", false},
        {R"("http://here:80/x")", false},
        {R"("https://here/x")", false},
        {R"("javascript:alert(1)//http://here/")", false},
        {R"("http://here/a b")", false},
        {R"("http://here/\u0022onclick=")", false},
        {R"({"http://here/":1})", false},
    };
    for (auto const& c : cases) EXPECT_EQ(view(c.json).find("<a href=") != std::string::npos, c.linked) << c.json;
    EXPECT_EQ(
        view(R"("http://here/?a=1&b='<")"),
        "<span class=s>\"<a href=\"http://here/?a=1&amp;b=&#39;&lt;\">http://here/?a=1&amp;b='&lt;</a>\"</span>"
    );
    EXPECT_EQ(view(R"("http://here/x")", "").find("<a "), std::string::npos);
}

TEST(JsonView, HugeDocumentsAreCut) {
    std::string out;
    EXPECT_FALSE(append_json_view(out, '"' + std::string(3UL * 1024 * 1024, '<') + '"', ""));
    EXPECT_LT(out.size(), kMostView * 2);
    out.clear();
    std::string deep(1000, '[');
    for (int i = 0; i < 900'000; ++i) deep += "1,";
    EXPECT_FALSE(append_json_view(out, deep, ""));
    EXPECT_LT(out.size(), kMostView + 1000);
}

}  // namespace
}  // namespace koine::page
