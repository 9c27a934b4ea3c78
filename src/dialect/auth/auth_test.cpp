#include "dialect/auth/auth.hpp"

#include "dialect/dialect.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

std::unique_ptr<Auth const> compiled(std::string_view yaml) {
    auto const node = yaml::parse(yaml, "d.yaml");
    EXPECT_TRUE(node) << describe(node.error());
    auto made = compile_auth_token(node.value());
    EXPECT_TRUE(made) << describe(made.error());
    return std::move(made).value();
}

std::string found(Auth const& auth, std::vector<Header> const& headers) {
    Exchange exchange;
    exchange.headers = headers;
    return std::string(auth.secret(exchange).value_or("(none)"));
}

TEST(TokenAuth, FindsTheSecretWhereItIsSaidToBe) {
    auto const bearer = compiled("{}");
    auto const both = compiled("headers: [apikey, X-Token]");
    auto const key = compiled("{bearer: false, headers: apikey}");
    struct Case {
        std::vector<Header> headers;
        std::string_view bearer, both, key;
    } const cases[] = {
        {{}, "(none)", "(none)", "(none)"},
        {{{"Authorization", "Bearer s1"}}, "s1", "s1", "(none)"},
        {{{"authorization", "bEARER s1"}}, "s1", "s1", "(none)"},
        {{{"Authorization", "Bearer    s1"}}, "s1", "s1", "(none)"},
        {{{"Authorization", "Bearer s1 s2"}}, "s1 s2", "s1 s2", "(none)"},
        {{{"Authorization", "Bearer"}}, "(none)", "(none)", "(none)"},
        {{{"Authorization", "Bearer "}}, "(none)", "(none)", "(none)"},
        {{{"Authorization", ""}}, "(none)", "(none)", "(none)"},
        {{{"Authorization", "Bearers1"}}, "(none)", "(none)", "(none)"},
        {{{"Authorization", "s1"}}, "(none)", "(none)", "(none)"},
        {{{"Authorization", "Basic czE="}}, "(none)", "(none)", "(none)"},
        {{{"ApiKey", "s2"}}, "(none)", "s2", "s2"},
        {{{"apikey", ""}}, "(none)", "(none)", "(none)"},
        {{{"apikey", "s2"}, {"Authorization", "Bearer s1"}}, "s1", "s1", "s2"},
        {{{"apikey", "s2"}, {"Authorization", "Bearer "}}, "(none)", "s2", "s2"},
        {{{"apikey", "s2"}, {"Authorization", "Basic czE="}}, "(none)", "s2", "s2"},
        {{{"x-token", "s3"}, {"apikey", "s2"}}, "(none)", "s2", "s2"},
        {{{"x-token", "s3"}, {"apikey", ""}}, "(none)", "s3", "(none)"},
    };
    for (auto const& each : cases) {
        std::string shown;
        for (auto const& header : each.headers) shown.append(header.name).append(": ").append(header.value).append("; ");
        SCOPED_TRACE(shown);
        EXPECT_EQ(found(*bearer, each.headers), each.bearer);
        EXPECT_EQ(found(*both, each.headers), each.both);
        EXPECT_EQ(found(*key, each.headers), each.key);
    }
}

TEST(TokenAuth, DescribesItsPlacesInTheirOrder) {
    Description description;
    compiled("headers: [apikey]")->describe(description);
    using In = CredentialDocument::In;
    EXPECT_EQ(description.credentials, (std::vector<CredentialDocument>{{In::bearer, "Authorization"}, {In::header, "apikey"}}));
}

TEST(TokenAuth, TellsMistakes) {
    struct Case {
        std::string_view axis;
        std::string_view want;
    } const cases[] = {
        {"auth: {token: {berer: true}}", "d.yaml:3:20: unknown option \"berer\"; did you mean \"bearer\"?"},
        {"auth: {token: {bearer: maybe}}", "d.yaml:3:28: expected true or false, not maybe"},
        {"auth: {token: {headers: [a b]}}", "d.yaml:3:29: not the name of a header field: a b"},
        {"auth: {token: {headers: [{}]}}", "d.yaml:3:30: expected a text, not a map"},
        {"auth: {token: {bearer: false}}", "d.yaml:3:19: nowhere is left where a token could be: bearer is off, and no header is named"},
        {"auth: {tokn: {}}", "d.yaml:3:12: unknown auth \"tokn\"; did you mean \"token\"?"},
        {"auth: none", "d.yaml:3:11: unknown auth \"none\"; known are token"},
    };
    for (auto const& [axis, want] : cases) {
        auto const dialect = load_dialect_text("dialects:\n  mine:\n    " + std::string(axis) + "\n", "d.yaml");
        ASSERT_FALSE(dialect) << axis;
        EXPECT_EQ(describe(dialect.error()), want);
    }
}

TEST(BuiltinDialects, TakeTokens) {
    struct Case {
        std::string_view dialect;
        std::string_view apikey;
    } const cases[] = {{"base", "(none)"}, {"rest", "(none)"}, {"postgrest", "s2"}};
    for (auto const& [name, apikey] : cases) {
        SCOPED_TRACE(name);
        auto const dialect = load_dialect(name);
        ASSERT_TRUE(dialect) << describe(dialect.error());
        EXPECT_EQ(found(*dialect.value().auth, {{"Authorization", "Bearer s1"}}), "s1");
        EXPECT_EQ(found(*dialect.value().auth, {{"apikey", "s2"}}), apikey);
    }
}

}  // namespace
}  // namespace koine::dialect
