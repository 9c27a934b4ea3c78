#include "format/read_body.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace koine::format {
namespace {

using query::Body;
using query::Given;

std::string text(Given const& given) {
    switch (given.kind) {
        case Given::Kind::absent: return "-";
        case Given::Kind::null: return "null";
        case Given::Kind::boolean: return fmt::format("?{}", given.text);
        case Given::Kind::number: return fmt::format("#{}", given.text);
        case Given::Kind::text: return fmt::format("'{}'", given.text);
        case Given::Kind::json: break;
    }
    return std::string(given.text);
}

/// A body in a line: its form, its names and its rows; or why it is refused.
std::string shown(BodyFormat format, std::string_view source, BodyLimits const& limits = {}) {
    Body body;
    auto result = read_body(format, source, limits, body);
    if (!result) {
        EXPECT_EQ(body.rows + body.names.size() + body.values.size(), 0U);
        auto const& problem = result.error();
        std::string out(to_string(problem.reason()));
        for (std::string_view name : {"format", "limit", "maximum", "detail"})
            if (auto value = problem.argument(name)) out += fmt::format(" | {}", *value);
        return out;
    }
    EXPECT_EQ(body.values.size(), body.rows * body.names.size());
    std::string out = body.form == Body::Form::object ? "object" : "list";
    if (!body.uniform) out += " mixed";
    out += fmt::format(" ({})", fmt::join(body.names, ","));
    for (std::size_t row = 0; row < body.rows; ++row) {
        out += " [";
        for (std::size_t i = 0; i < body.names.size(); ++i) out += (i > 0 ? " " : "") + text(body.value(row, i));
        out += "]";
    }
    return out;
}

struct Case {
    std::string_view name;
    std::string source;
    std::string_view want;
};

void expect(BodyFormat format, std::vector<Case> const& cases) {
    for (auto const& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(shown(format, c.source), c.want);
    }
}

TEST(JsonBody, KeepsValuesAsWritten) {
    expect(
        BodyFormat::json,
        {
            {"an object is one row", R"({"a":1})", "object (a) [#1]"},
            {"a list is many", R"( [ {"a" : 1} , {"a":2} ] )", "list (a) [#1] [#2]"},
            {"no rows", "[]", "list ()"},
            {"a row without names", "{}", "object () []"},
            {"rows without names", "[{},{}]", "list () [] []"},
            {"digits",
             R"([{"a":0.10},{"a":-1.50E+3},{"a":12345678901234567890123},{"a":1e400},{"a":-0}])",
             "list (a) [#0.10] [#-1.50E+3] [#12345678901234567890123] [#1e400] [#-0]"},
            {"all kinds", R"({"a":true,"b":false,"c":null,"d":"x","e":""})", "object (a,b,c,d,e) [?true ?false null 'x' '']"},
            {"escapes", R"({"a":"x\n\"\\\/A\u00e9\ud83d\ude00z"})", "object (a) ['x\n\"\\/A\u00e9\U0001F600z']"},
            {"escapes in a name", R"({"\u0061b":1,"ab":2})", "object (ab) [#2]"},
            {"beyond ASCII", "{\"\u00e9\":\"\u4e16\"}", "object (\u00e9) ['\u4e16']"},
            {"the last of equal names counts", R"({"a":1,"b":2,"a":null})", "object (a,b) [null #2]"},
            {"nested is compact",
             R"({"a": { "b" : [ 1 , 2.50, "x y" , {} , [ ] , null, true ] , "c": { "d" : "" } } })",
             R"(object (a) [{"b":[1,2.50,"x y",{},[],null,true],"c":{"d":""}}])"},
            {"nested lists", R"({"a":[[],[1,[2]],{"x":1}],"b":1})", R"(object (a,b) [[[],[1,[2]],{"x":1}] #1])"},
            {"nested escapes stay escaped",
             R"({"a":["\u0000\n\"\\\u00e9", {"\u0022":1}]})",
             "object (a) [[\"\\u0000\\n\\\"\\\\\u00e9\",{\"\\\"\":1}]]"},
        }
    );
}

TEST(JsonBody, PutsRowsOfDifferentNamesRight) {
    expect(
        BodyFormat::json,
        {
            {"another order is the same", R"([{"a":1,"b":2},{"b":3,"a":4}])", "list (a,b) [#1 #2] [#4 #3]"},
            {"a name is missing", R"([{"a":1,"b":2},{"b":3}])", "list mixed (a,b) [#1 #2] [- #3]"},
            {"a name comes late", R"([{"a":1},{"a":2},{"a":3,"b":4},{"b":5}])", "list mixed (a,b) [#1 -] [#2 -] [#3 #4] [- #5]"},
            {"the first has none", R"([{},{"a":1}])", "list mixed (a) [-] [#1]"},
            {"names come one by one",
             R"([{"a":1},{"b":{"x":2}},{"c":3,"a":4},{},{"a":5,"b":6,"c":7}])",
             R"(list mixed (a,b,c) [#1 - -] [- {"x":2} -] [#4 - #3] [- - -] [#5 #6 #7])"},
        }
    );
}

TEST(JsonBody, FindsManyNamesInAnyOrder) {
    std::string forth;
    std::string back;
    for (int i = 0; i < 100; ++i) {
        forth += fmt::format("{}\"n{}\":{}", i > 0 ? "," : "", i, i);
        back = fmt::format("\"n{}\":{}{}", i, i, i > 0 ? "," : "") + back;
    }
    auto source = "[{" + forth + "},{" + back + "}]";
    Body body;
    ASSERT_TRUE(read_body(BodyFormat::json, source, {}, body));
    ASSERT_EQ(body.names.size(), 100U);
    EXPECT_TRUE(body.uniform);
    for (std::size_t i = 0; i < 100; ++i) {
        EXPECT_EQ(body.names[i], fmt::format("n{}", i));
        EXPECT_EQ(body.value(0, i), (Given{Given::Kind::number, std::to_string(i)}));
        EXPECT_EQ(body.value(1, i), body.value(0, i));
    }
}

TEST(JsonBody, IsViewsOfTheSourceWhereNothingWasEscaped) {
    std::string const source = R"([{"a":"plain","b":12.50},{"a":"esc\naped","b":{"c": 1}}])";
    Body body;
    ASSERT_TRUE(read_body(BodyFormat::json, source, {}, body));
    auto within = [&](Given const& given) {
        return given.text.data() >= source.data() && given.text.data() < source.data() + source.size();
    };
    EXPECT_TRUE(within(body.value(0, 0)));
    EXPECT_TRUE(within(body.value(0, 1)));
    EXPECT_FALSE(within(body.value(1, 0)));
    EXPECT_FALSE(within(body.value(1, 1)));
}

TEST(JsonBody, LongStringsWithEscapesStayWhole) {
    std::string text;
    for (int i = 0; i < 3000; ++i) text += "\\u00e9\\n\u4e16";
    std::string plain;
    for (int i = 0; i < 3000; ++i) plain += "\u00e9\n\u4e16";
    std::string nested;
    for (int i = 0; i < 3000; ++i) nested += "\u00e9\\n\u4e16";
    EXPECT_EQ(shown(BodyFormat::json, "{\"a\":\"" + text + "\"}"), "object (a) ['" + plain + "']");
    EXPECT_EQ(shown(BodyFormat::json, "{\"a\":[\"" + text + "\"]}"), "object (a) [[\"" + nested + "\"]]");
}

TEST(JsonBody, SaysWhatIsWrongAndWhere) {
    constexpr std::string_view kNotRows = "invalid_body | JSON | line 1, column 1: a body is an object, or a list of objects";
    expect(
        BodyFormat::json,
        {
            {"nothing", "", "empty_body"},
            {"blanks", " \r\n\t ", "empty_body"},
            {"a number", "5", kNotRows},
            {"a text", "\"a\"", kNotRows},
            {"null", "null", kNotRows},
            {"a number in the list", "[{}, 5]", "invalid_body | JSON | item 2: a body is an object, or a list of objects"},
            {"a list in the list", "[[]]", "invalid_body | JSON | item 1: a body is an object, or a list of objects"},
            {"a null in the list", "[null]", "invalid_body | JSON | item 1: a body is an object, or a list of objects"},
            {"not closed", "{\"a\":1", "invalid_body | JSON | line 1, column 7: the text ends too early"},
            {"a comma too many", "{\"a\":1,\n }", "invalid_body | JSON | line 2, column 2: unexpected }"},
            {"a leading zero", "{\"a\":01}", "invalid_body | JSON | line 1, column 7: unexpected 1"},
            {"no quotes", "{a:1}", "invalid_body | JSON | line 1, column 2: unexpected a"},
            {"two documents", "{} {}", "invalid_body | JSON | line 1, column 4: something follows the end"},
            {"bad UTF-8", "{\"a\":\"x\xff\"}", "invalid_body | JSON | line 1, column 8: bytes that are not UTF-8"},
            {"an overlong form", "{\"a\":\"\xc0\x80\"}", "invalid_body | JSON | line 1, column 7: bytes that are not UTF-8"},
            {"half a pair", R"({"a":"\ud83d"})", "invalid_body | JSON | line 1, column 13: unexpected \""},
            {"the other half", R"({"a":"\ude00"})", "invalid_body | JSON | line 1, column 13: an escape is half of a pair"},
            {"a bad escape", R"({"a":"\q"})", "invalid_body | JSON | line 1, column 8: unexpected q"},
            {"a short escape", R"({"a":"\u12"})", "invalid_body | JSON | line 1, column 11: four hex digits must follow \\u"},
            {"a line end in a text",
             "{\"a\":\"x\n\"}",
             "invalid_body | JSON | line 1, column 8: a line end or control character that does not belong there"},
            {"a comment", "{} // x", "invalid_body | JSON | line 1, column 4: something follows the end"},
        }
    );
}

TEST(JsonBody, HasLimits) {
    BodyLimits limits{.rows = 3, .names = 2, .name_bytes = 4, .values = 5, .depth = 4};
    auto json = [&](std::string_view source) { return shown(BodyFormat::json, source, limits); };
    EXPECT_EQ(json("[{},{},{}]"), "list () [] [] []");
    EXPECT_EQ(json("[{},{},{},{}]"), "limit_exceeded | rows of a body | 3");
    EXPECT_EQ(json(R"([{"a":1},{"b":1,"c":1}])"), "limit_exceeded | names in a body | 2");
    EXPECT_EQ(json(R"({"abcde":1})"), "limit_exceeded | bytes of a name | 4");
    EXPECT_EQ(json(R"([{"a":1,"b":1},{},{}])"), "limit_exceeded | values of a body | 5");
    EXPECT_EQ(json(R"([{"a":1},{},{"b":1}])"), "limit_exceeded | values of a body | 5");
    EXPECT_EQ(json(R"([{"a":[[]]}])"), "list (a) [[[]]]");
    EXPECT_EQ(json(R"([{"a":[[[]]]}])"), "limit_exceeded | levels of nesting in a body | 4");
    EXPECT_EQ(
        shown(BodyFormat::json, std::string(1'000'000, '[')), "invalid_body | JSON | item 1: a body is an object, or a list of objects"
    );
    EXPECT_EQ(shown(BodyFormat::json, "{\"a\":" + std::string(1'000'000, '[')), "limit_exceeded | levels of nesting in a body | 32");
}

TEST(CsvBody, ReadsLines) {
    expect(
        BodyFormat::csv,
        {
            {"lines", "a,b\n1,x\n2,y\n", "list (a,b) ['1' 'x'] ['2' 'y']"},
            {"no newline at the end", "a,b\n1,x", "list (a,b) ['1' 'x']"},
            {"CR LF", "a,b\r\n1,x\r\n", "list (a,b) ['1' 'x']"},
            {"CR", "a,b\r1,x", "list (a,b) ['1' 'x']"},
            {"names only", "a,b\n", "list (a,b)"},
            {"names only, without a line end", "a", "list (a)"},
            {"NULL", "a,b\nNULL,\"NULL\"\nnull,NULL ", "list (a,b) [null null] ['null' 'NULL ']"},
            {"empty fields", "a,b\n,\n\"\",", "list (a,b) ['' ''] ['' '']"},
            {"quotes", "a,\"b,\"\"c\"\n\"x,\ny\",\"\"\"q\"\"\"\n", "list (a,b,\"c) ['x,\ny' '\"q\"']"},
            {"blanks stay", "a,b\n 1 , x", "list (a,b) [' 1 ' ' x']"},
            {"empty lines", "\na,b\n\n1,x\r\n\r\n\n2,y\n\n", "list (a,b) ['1' 'x'] ['2' 'y']"},
            {"an empty text of one column", "a\n\"\"\n\nx", "list (a) [''] ['x']"},
            {"a byte order mark",
             "\xEF\xBB\xBF"
             "a\n\xEF\xBB\xBF",
             "list (a) ['\xEF\xBB\xBF']"},
            {"a name without letters", ",a\n1,2", "list (,a) ['1' '2']"},
        }
    );
}

TEST(CsvBody, SaysWhatIsWrongAndWhere) {
    expect(
        BodyFormat::csv,
        {
            {"nothing", "", "empty_body"},
            {"line ends", "\r\n\n", "empty_body"},
            {"a byte order mark alone", "\xEF\xBB\xBF", "empty_body"},
            {"too few fields", "a,b\n1\n", "ragged_rows | CSV"},
            {"too many fields", "a,b\n1,2,3\n", "ragged_rows | CSV"},
            {"a comma at the end", "a,b\n1,2,", "ragged_rows | CSV"},
            {"a name twice", "a,b,a\n", "invalid_body | CSV | line 1, column 5: a name comes twice"},
            {"an open quote", "a,b\n1,\"x\n", "invalid_body | CSV | line 2, column 3: the quote that opens here is not closed"},
            {"an open quote with a doubled one",
             "a\n\"x\"\"",
             "invalid_body | CSV | line 2, column 1: the quote that opens here is not closed"},
            {"text behind a quote",
             "a\n\"x\"y",
             "invalid_body | CSV | line 2, column 4: a comma or the line's end must follow a closing quote"},
            {"a quote inside", "a\nx\"y", "invalid_body | CSV | line 2, column 2: a quote inside a field that is not quoted"},
            {"bad UTF-8", "a\n\xff", "invalid_body | CSV | line 2, column 1: bytes that are not UTF-8"},
        }
    );
}

TEST(CsvBody, HasLimits) {
    BodyLimits limits{.rows = 3, .names = 2, .name_bytes = 4, .values = 5};
    auto csv = [&](std::string_view source) { return shown(BodyFormat::csv, source, limits); };
    EXPECT_EQ(csv("a\n1\n2\n3\n4"), "limit_exceeded | rows of a body | 3");
    EXPECT_EQ(csv("a,b,c\n"), "limit_exceeded | names in a body | 2");
    EXPECT_EQ(csv("abcde\n"), "limit_exceeded | bytes of a name | 4");
    EXPECT_EQ(csv("a,b\n1,2\n1,2\n1,2"), "limit_exceeded | values of a body | 5");
}

TEST(FormBody, ReadsOneRowOfTexts) {
    expect(
        BodyFormat::form,
        {
            {"pairs", "a=1&b=x", "object (a,b) ['1' 'x']"},
            {"spaces", "a+b=x+y%20z", "object (a b) ['x y z']"},
            {"encoded", "a=%c3%A9%26%3D%2B", "object (a) ['\u00e9&=+']"},
            {"as it is", "a=\u00e9", "object (a) ['\u00e9']"},
            {"no value", "a&b=", "object (a,b) ['' '']"},
            {"an equals sign in a value", "a=b=c", "object (a) ['b=c']"},
            {"the last of equal names counts", "a=1&b=2&%61=3", "object (a,b) ['3' '2']"},
            {"empty pairs", "&&a=1&", "object (a) ['1']"},
            {"NULL is a text", "a=NULL", "object (a) ['NULL']"},
        }
    );
}

TEST(FormBody, SaysWhatIsWrongAndWhere) {
    expect(
        BodyFormat::form,
        {
            {"nothing", "", "empty_body"},
            {"no pairs", "&&", "empty_body"},
            {"no digits", "a=1&b=%g1", "invalid_body | form | line 1, column 7: two hex digits must follow %"},
            {"cut off", "a=%4", "invalid_body | form | line 1, column 3: two hex digits must follow %"},
            {"at the end", "a=%", "invalid_body | form | line 1, column 3: two hex digits must follow %"},
            {"bad UTF-8", "a=\xff", "invalid_body | form | line 1, column 3: bytes that are not UTF-8"},
            {"bad UTF-8, encoded", "a=1&b=x%ff", "invalid_body | form | line 1, column 7: an encoding of bytes that are not UTF-8"},
        }
    );
    std::string many;
    for (int i = 0; i < 501; ++i) many += fmt::format("n{}=1&", i);
    EXPECT_EQ(shown(BodyFormat::form, many), "limit_exceeded | names in a body | 500");
}

TEST(Body, IsReadAgainIntoTheSameMemory) {
    Body body;
    ASSERT_TRUE(read_body(BodyFormat::json, R"([{"a":"x\n"},{"b":1}])", {}, body));
    ASSERT_TRUE(read_body(BodyFormat::json, R"({"c":2})", {}, body));
    EXPECT_EQ(body.form, Body::Form::object);
    EXPECT_EQ(body.names, std::vector<std::string>{"c"});
    EXPECT_TRUE(body.uniform);
    EXPECT_EQ(body.value(0, 0), (Given{Given::Kind::number, "2"}));
}

}  // namespace
}  // namespace koine::format
