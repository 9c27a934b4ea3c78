#include "dialect/input/input.hpp"

#include "dialect/testing/mistakes.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

Result<Input> compiled(std::string_view options) {
    auto node = yaml::parse(options, "test.yaml");
    EXPECT_TRUE(node);
    return Input::compile(node.value());
}
Input input(std::string_view options = "") {
    auto made = compiled(options);
    EXPECT_TRUE(made) << describe(made.error());
    return std::move(made).value();
}

TEST(Input, DecodesTheQueryAsForms) {
    struct Case {
        std::string_view query;
        std::vector<Parameter> want;
    } const cases[] = {
        {"", {}},
        {"&&", {}},
        {"a=1&b=2", {{"a", "1", true}, {"b", "2", true}}},
        {"a", {{"a", "", false}}},
        {"a=", {{"a", "", true}}},
        {"=x", {{"", "x", true}}},
        {"=", {{"", "", true}}},
        {"a=b=c", {{"a", "b=c", true}}},
        {"a+b=c+d%2B", {{"a b", "c d+", true}}},
        {"n%5B0%5D=%C3%B6", {{"n[0]", "\xC3\xB6", true}}},
        {"a=%zz%4", {{"a", "%zz%4", true}}},
        {"a=%26%3D", {{"a", "&=", true}}},
        {"a=1&a=2", {{"a", "1", true}, {"a", "2", true}}},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.query);
        auto const result = input().read(each.query);
        ASSERT_TRUE(result);
        EXPECT_EQ(result.value(), each.want);
    }
}

TEST(Input, DoesWhatItsOptionsSay) {
    struct Case {
        std::string_view options;
        std::string_view query;
        std::string_view want;  ///< key=value, joined by blanks
    } const cases[] = {
        {"plus: literal", "a+b=c+d%20e", "a+b=c+d e"},
        {"repeated: first", "a=1&b=2&a=3", "a=1 b=2"},
        {"repeated: last", "a=1&b=2&a=3", "b=2 a=3"},
        {"repeated: last", "a=1&a", "a="},
        {"empty: ignore", "a=&b&c=0", "c=0"},
        {"{empty: ignore, repeated: last}", "a=1&a=", "a=1"},
        {"ignore: [_, apikey]", "_=17&a=1&apikey=x&_", "a=1"},
        {"ignore: a%62", "ab=1&a%62=2&a%2562=3", "ab=1 ab=2"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(std::string(each.options) + " " + std::string(each.query));
        auto const result = input(each.options).read(each.query);
        ASSERT_TRUE(result);
        std::string got;
        for (auto const& [key, value, has_value] : result.value()) got.append(got.empty() ? "" : " ").append(key).append("=").append(value);
        EXPECT_EQ(got, each.want);
    }
}

TEST(Input, RefusesWhatIsNoText) {
    EXPECT_EQ(input().read("a=%FF").error().reason(), Reason::malformed_request);
    EXPECT_EQ(input().read("%00=1").error().reason(), Reason::malformed_request);
}

TEST(Input, CapsParametersByName) {
    for (std::string_view const options : {"max_parameters: 2", "{max_parameters: 2, repeated: last}", "{max_parameters: 2, ignore: a}"}) {
        SCOPED_TRACE(options);
        auto const refused = input(options).read("a&a&a");
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().reason(), Reason::limit_exceeded);
        EXPECT_EQ(refused.error().argument("limit"), "parameters");
        EXPECT_EQ(refused.error().argument("maximum"), "2");
        EXPECT_TRUE(input(options).read("a&b&"));
    }
}

TEST(Input, KnowsBodiesByTheirContentType) {
    struct Case {
        std::string_view options;
        std::vector<Header> headers;
        std::string_view want;
    } const cases[] = {
        {"", {}, "json"},
        {"", {{"Content-Type", ""}}, "json"},
        {"", {{"content-type", "Application/JSON; charset=utf-8"}}, "json"},
        {"", {{"Content-Type", "text/csv"}}, "text/csv"},
        {"bodies: [json, csv, form]", {{"Content-Type", " text/csv ;header=present"}}, "csv"},
        {"bodies: [json, csv, form]", {{"Content-Type", "application/x-www-form-urlencoded"}}, "form"},
        {"bodies: [json, csv, form]", {{"Content-Type", "text/xml; charset=utf-8"}}, "text/xml"},
        {"bodies: [json, csv, form]", {{"Content-Type", "application/jsonx"}}, "application/jsonx"},
        {"bodies: csv", {}, "csv"},
    };
    constexpr std::string_view names[] = {"json", "csv", "form"};
    for (auto const& each : cases) {
        Exchange exchange;
        exchange.headers = each.headers;
        auto const format = input(each.options).body_format(exchange);
        EXPECT_EQ(format ? names[static_cast<std::size_t>(format.value())] : *format.error().argument("type"), each.want);
    }
}

TEST(Input, TellsMistakesWithTheirPlace) {
    testing::expect_told(
        compiled,
        {
            {"max_parameters: 0", "test.yaml:1:17: expected a number from 1 to 10000, not 0"},
            {"plus: +", "test.yaml:1:7: unknown word \"+\"; known are space, literal"},
            {"repeated: frist", "test.yaml:1:11: unknown word \"frist\"; did you mean \"first\"?"},
            {"ignored: [a]", "test.yaml:1:1: unknown option \"ignored\"; did you mean \"ignore\"?"},
            {"bodies: [jsn]", "test.yaml:1:9: unknown format \"jsn\"; did you mean \"json\"?"},
            {"bodies_default: form", "test.yaml:1:17: the default is none of the formats of bodies"},
            {"bodies_default: fomr", "test.yaml:1:17: unknown format \"fomr\"; did you mean \"form\"?"},
            {"bodies: []", "test.yaml:1:9: bodies needs at least one format"},
            {"[a]", "test.yaml:1:1: expected a map of options, not a list"},
        }
    );
}

TEST(Input, DoesNotDescribeWhatItPassesOver) {
    Description description;
    for (std::string_view const name : {"a", "b", "a"}) description.parameters.emplace_back().name = name;
    description.parameters.back().in = "header";
    input("ignore: a").describe(description);
    ASSERT_EQ(description.parameters.size(), 2u);
    EXPECT_EQ(description.parameters[0].name, "b");
    EXPECT_EQ(description.parameters[1].in, "header");
}

std::string read_as(std::string_view options, std::vector<Header> const& headers, std::string_view text) {
    Exchange exchange;
    exchange.headers = headers;
    query::Body body;
    auto const made = Input::compile(yaml::parse(options, "test.yaml").value(), true);
    auto const read = made.value().read_body(exchange, text, body);
    if (!read) return std::string(to_string(read.error().reason())) + " " + std::string(read.error().argument("type").value_or(""));
    std::string out = body.form == query::Body::Form::none ? "none" : "";
    for (std::size_t i = 0; i < body.names.size(); ++i) out += body.names[i] + "=" + std::string(body.values[i].text) + " ";
    return out;
}

TEST(Input, ReadsBodiesOfDocuments) {
    constexpr std::string_view options = "{bodies: [json, form, multipart], bodies_default: none, repeated_body: list}";
    struct {
        std::string_view type;
        std::string_view text;
        std::string_view want;
    } const cases[] = {
        {"application/json", R"({"a":1})", "a=1 "},
        {"application/json", "", "none"},
        {"text/plain", "", "none"},
        {"text/plain", "x", "unsupported_media_type text/plain"},
        {"", "{}", "unsupported_media_type text/plain"},
        {"", "", "none"},
        {"application/x-www-form-urlencoded; charset=utf-8", "a=1&b=2&a=3", R"(a=["1","3"] b=2 )"},
        {"multipart/form-data; boundary=q", "--q\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--q--", "a=1 "},
        {"Multipart/Form-Data; charset=x; Boundary=\"q r\"", "--q r\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--q r--", "a=1 "},
        {"multipart/form-data", "--q--", "invalid_body "},
    };
    for (auto const& c : cases) {
        std::vector<Header> headers;
        if (!c.type.empty()) headers.push_back({"Content-Type", c.type});
        EXPECT_EQ(read_as(options, headers, c.text), c.want) << c.type;
    }
    EXPECT_EQ(read_as("{bodies: [json, form], bodies_default: form}", {}, "a=1"), "a=1 ");
}

}  // namespace
}  // namespace koine::dialect
