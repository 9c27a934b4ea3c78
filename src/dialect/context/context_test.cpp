#include "dialect/context/context.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

constexpr std::string_view kYaml = R"(
prefer:
  known:
    resolution: [merge-duplicates, ignore-duplicates]
    missing: [default, "null"]
    count: [exact, planned, estimated]
    tx: [commit, rollback]
    handling: [strict, lenient]
    max-affected: integer
  echo: [count, handling]
schema: {names: [public, main]}
)";

Context compiled(std::string_view text = kYaml) {
    auto const node = yaml::parse(text, "c.yaml");
    EXPECT_TRUE(node) << describe(node.error());
    auto context = Context::compile(node.value());
    EXPECT_TRUE(context) << describe(context.error());
    return std::move(context).value();
}

TEST(Preferences, AreReadFromAllHeadersFirstOneWins) {
    using Texts = std::vector<std::string>;
    struct Case {
        std::string_view name;
        std::vector<Header> headers;
        std::optional<query::Count> count;
        bool strict;
        Texts invalid;
        Texts applied;
    } const cases[] = {
        {"none", {}, std::nullopt, false, {}, {}},
        {"count", {{"Prefer", "count=exact"}}, query::Count::exact, false, {}, {"count=exact"}},
        {"several without spaces", {{"prefer", "tx=rollback,count=planned"}}, query::Count::planned, false, {}, {"count=planned"}},
        {"several headers",
         {{"Prefer", "handling=lenient"}, {"PREFER", "count=estimated"}},
         query::Count::estimated,
         false,
         {},
         {"count=estimated", "handling=lenient"}},
        {"first wins",
         {{"Prefer", "count=planned, count=exact"}, {"Prefer", "count=estimated"}},
         query::Count::planned,
         false,
         {},
         {"count=planned"}},
        {"fixed order", {{"Prefer", "handling=strict, count=exact"}}, query::Count::exact, true, {}, {"count=exact", "handling=strict"}},
        {"unknown", {{"Prefer", "handling=strict, foo=bar, anything"}}, std::nullopt, true, {"foo=bar", "anything"}, {"handling=strict"}},
        {"unknown word", {{"Prefer", "count=many"}}, std::nullopt, false, {"count=many"}, {}},
        {"a word is needed", {{"Prefer", "count"}}, std::nullopt, false, {"count"}, {}},
        {"integer",
         {{"Prefer", "max-affected=10, max-affected=x, max-affected=-1"}},
         std::nullopt,
         false,
         {"max-affected=x", "max-affected=-1"},
         {}},
        {"blanks, quotes, parameters", {{"Prefer", " ,, Count = \"exact\" ; x=y , "}}, query::Count::exact, false, {}, {"count=exact"}},
        {"a comma in quotes", {{"Prefer", "foo=\"a,b\", count=exact"}}, query::Count::exact, false, {"foo=\"a,b\""}, {"count=exact"}},
        {"an open quote", {{"Prefer", "foo=\"a,count=exact"}}, std::nullopt, false, {"foo=\"a,count=exact"}, {}},
    };
    auto const context = compiled();
    for (auto const& each : cases) {
        SCOPED_TRACE(each.name);
        Exchange exchange;
        exchange.headers = each.headers;
        ASSERT_TRUE(context.read(exchange));
        EXPECT_EQ(exchange.preferences.count, each.count);
        EXPECT_EQ(exchange.preferences.strict, each.strict);
        EXPECT_EQ(exchange.preferences.invalid, each.invalid);
        EXPECT_EQ(exchange.preferences.applied, each.applied);
    }
}

TEST(Preferences, AreRefusedUnderStrictHandlingAndElseWarnedOf) {
    auto const context = compiled();
    Preferences preferences;
    preferences.invalid = {"foo=bar", "anything"};
    std::vector<Problem> warnings;
    EXPECT_TRUE(context.check(preferences, warnings));
    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_EQ(warnings[0].argument("preferences"), "foo=bar, anything");
    preferences.strict = true;
    auto const refused = context.check(preferences, warnings);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason(), Reason::invalid_preferences);
    EXPECT_EQ(refused.error().argument("preferences"), "foo=bar, anything");
    preferences.invalid.clear();
    EXPECT_TRUE(context.check(preferences, warnings));
    EXPECT_EQ(warnings.size(), 1u);
}

TEST(Preferences, HaveValuesInTheOrderInWhichTheyAreTold) {
    auto const context = compiled();
    Header const headers[] = {{"Prefer", "handling=lenient, foo=bar"}, {"prefer", "count=exact,handling=strict"}};
    Exchange exchange;
    exchange.headers = headers;
    ASSERT_TRUE(context.read(exchange));
    auto const& preferences = exchange.preferences;
    EXPECT_EQ(preferences.value("count"), "exact");
    EXPECT_EQ(preferences.value("handling"), "lenient");
    EXPECT_EQ(preferences.value("foo"), "");
    ASSERT_EQ(preferences.given.size(), 2u);
    EXPECT_EQ(preferences.given.front().name, "count");
}

TEST(Schema, IsReadFromTheHeaderOfTheMethod) {
    struct Case {
        Method method;
        std::vector<Header> headers;
        std::string_view want;
    } const cases[] = {
        {Method::get, {}, ""},
        {Method::get, {{"accept-profile", "public"}}, "public"},
        {Method::head, {{"Accept-Profile", "main"}, {"Content-Profile", "zzz"}}, "main"},
        {Method::get, {{"Accept-Profile", "zzz"}}, "unknown_schema"},
        {Method::post, {{"Content-Profile", "zzz"}}, "unknown_schema"},
        {Method::post, {{"Accept-Profile", "zzz"}, {"Content-Profile", "public"}}, "public"},
    };
    auto const context = compiled();
    for (auto const& each : cases) {
        Exchange exchange;
        exchange.method = each.method;
        exchange.headers = each.headers;
        auto const read = context.read(exchange);
        EXPECT_EQ(read ? std::string_view(exchange.schema) : to_string(read.error().reason()), each.want);
        if (!read) {
            EXPECT_EQ(read.error().argument("schemas"), "public, main");
        }
    }
    EXPECT_EQ(context.default_schema(), "public");
}

TEST(Context, WithoutOptionsReadsNothing) {
    auto const context = compiled("~");
    Header const headers[] = {{"Prefer", "count=exact"}, {"Accept-Profile", "zzz"}};
    Exchange exchange;
    exchange.headers = headers;
    ASSERT_TRUE(context.read(exchange));
    EXPECT_EQ(exchange.preferences.count, std::nullopt);
    EXPECT_EQ(context.default_schema(), "");
    Description description;
    context.describe(description);
    EXPECT_TRUE(description.parameters.empty());
}

TEST(Context, DescribesItsHeaders) {
    Description description;
    compiled().describe(description);
    ASSERT_EQ(description.parameters.size(), 2u);
    EXPECT_EQ(description.parameters[0].description, "Preferences (RFC 7240): count=exact|planned|estimated, handling=strict|lenient");
    EXPECT_EQ(description.parameters[0].example, "count=exact");
    EXPECT_EQ(description.parameters[1].name, "Accept-Profile");
    EXPECT_EQ(description.parameters[1].description, "The schema to read, one of public, main");
}

}  // namespace
}  // namespace koine::dialect
