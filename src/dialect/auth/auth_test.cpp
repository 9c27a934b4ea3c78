#include "dialect/auth/auth.hpp"

#include "dialect/dialect.hpp"
#include "dialect/testing/mistakes.hpp"

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
        {"auth: {token: {words: [a b]}}", "d.yaml:3:27: not the name of a scheme: a b"},
        {"auth: {token: {session: {cookie: a b}}}", "d.yaml:3:38: not the name of a cookie or header field"},
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

std::string credentials(Auth const& auth, std::vector<Header> const& headers) {
    Exchange exchange;
    exchange.headers = headers;
    auto const found = auth.credentials(exchange);
    if (!found) return std::string(to_string(found.error().reason()));
    static constexpr std::string_view kinds[] = {"none", "token ", "session "};
    return std::string(kinds[static_cast<int>(found.value().kind)]) + std::string(found.value().secret);
}

TEST(TokenAuth, TakesOtherWordsAndSessions) {
    auto const app = compiled("{bearer: false, words: [Token], session: {}}");
    struct {
        std::vector<Header> headers;
        std::string_view want;
    } const cases[] = {
        {{}, "none"},
        {{{"Authorization", "Token abc"}}, "token abc"},
        {{{"authorization", "tOKEN\tabc "}}, "token abc"},
        {{{"Authorization", "Token"}}, "credentials_empty"},
        {{{"Authorization", "Token  "}}, "credentials_empty"},
        {{{"Authorization", "Token a b"}}, "credentials_with_spaces"},
        {{{"Authorization", "Tokens abc"}}, "none"},
        {{{"Authorization", "Bearer abc"}}, "none"},
        {{{"Authorization", ""}}, "none"},
        {{{"Cookie", "csrftoken=c; sessionid=s; sessionid=t"}}, "session s"},
        {{{"Cookie", "a=b"}, {"cookie", "sessionid=s"}}, "session s"},
        {{{"Cookie", "sessionid="}}, "none"},
        {{{"Cookie", "xsessionid=s"}}, "none"},
        {{{"Cookie", "sessionid=s"}, {"Authorization", "Bearer abc"}}, "session s"},
        {{{"Cookie", "sessionid=s"}, {"Authorization", "Token abc"}}, "token abc"},
        {{{"Cookie", "sessionid=s"}, {"Authorization", "Token"}}, "credentials_empty"},
    };
    for (auto const& c : cases) {
        std::string headers;
        for (auto const& header : c.headers) headers.append(header.name).append(": ").append(header.value).append("; ");
        EXPECT_EQ(credentials(*app, c.headers), c.want) << headers;
    }
    EXPECT_EQ(found(*app, {{"Authorization", "Token abc"}}), "abc");
    EXPECT_EQ(found(*app, {{"Authorization", "Token a b"}}), "(none)");
    EXPECT_EQ(*app->session(), (SessionNames{"sessionid", "csrftoken", "X-CSRFToken", "csrfmiddlewaretoken", "", ""}));
    EXPECT_EQ(compiled("{}")->session(), nullptr);
    Description description;
    app->describe(description);
    using In = CredentialDocument::In;
    EXPECT_EQ(description.credentials, (std::vector<CredentialDocument>{{In::header, "Authorization"}, {In::cookie, "sessionid"}}));
}

TEST(TokenAuth, NamesCookiesAndPathsOfSessionsAsToldToo) {
    SessionNames const usual{"sessionid", "csrftoken", "X-CSRFToken", "csrfmiddlewaretoken", "", ""};
    auto const with = [&](std::string SessionNames::* name, std::string_view value) {
        auto names = usual;
        names.*name = value;
        return names;
    };
    struct {
        std::string_view option;
        SessionNames want;
    } const cases[] = {
        {"", usual},
        {"cookie: sid", with(&SessionNames::cookie, "sid")},
        {"csrf_cookie: secret", with(&SessionNames::csrf_cookie, "secret")},
        {"csrf_header: X-Secret", with(&SessionNames::csrf_header, "X-Secret")},
        {"csrf_field: _token", with(&SessionNames::csrf_field, "_token")},
        {"login: /login/", with(&SessionNames::login, "/login/")},
        {"logout: /accounts/out", with(&SessionNames::logout, "/accounts/out")},
    };
    for (auto const& c : cases) {
        SCOPED_TRACE(c.option);
        auto const auth = compiled("{bearer: false, session: {" + std::string(c.option) + "}}");
        ASSERT_NE(auth->session(), nullptr);
        EXPECT_EQ(*auth->session(), c.want);
        EXPECT_EQ(credentials(*auth, {{"Cookie", c.want.cookie + "=s"}}), "session s") << "a session is enough";
        EXPECT_EQ(credentials(*auth, {{"Authorization", "Bearer abc"}}), "none");
    }
    EXPECT_EQ(compiled("{provision: users/tokens}")->provision(), "users/tokens");
    EXPECT_EQ(compiled("{}")->provision(), "");
}

TEST(TokenAuth, TellsMistakesOfSessionsAndPaths) {
    constexpr std::string_view path = "expected a path below the prefix without slashes around it, as in users/tokens";
    auto const wrongly = [](std::string_view text) { return compile_auth_token(yaml::parse(text, "d.yaml").value()); };
    testing::expect_told(
        wrongly,
        {
            {"{session: {cookie: \"\"}}", "d.yaml:1:20: not the name of a cookie or header field"},
            {"{session: {csrf_cookie: a=b}}", "d.yaml:1:25: not the name of a cookie or header field"},
            {"{session: {csrf_header: \"X:\"}}", "d.yaml:1:25: not the name of a cookie or header field"},
            {"{session: {login: login/}}", "d.yaml:1:19: expected a path from the root, as in /login/"},
            {"{session: {logout: out}}", "d.yaml:1:20: expected a path from the root, as in /login/"},
            {"{session: {logn: /in}}", "d.yaml:1:12: unknown option \"logn\"; did you mean \"login\"?"},
            {"{session: yes}", "d.yaml:1:11: expected a map of options, not yes"},
            {"{provision: /users/tokens}", "d.yaml:1:13: " + std::string(path)},
            {"{provision: users/tokens/}", "d.yaml:1:13: " + std::string(path)},
        }
    );
}

TEST(TokenAuth, UsersSeeToTheirTokensWhereItIsSaid) {
    struct {
        std::string_view session, want;
    } const cases[] = {
        {"{}", ""},
        {"{login: /login/}", "/tokens/"},
        {"{login: /login/, tokens: /me/keys}", "/me/keys"},
        {"{login: /login/, tokens: none}", ""},
        {"{tokens: /tokens/}", ""},
    };
    for (auto const& c : cases)
        EXPECT_EQ(tokens_path(*compiled("{session: " + std::string(c.session) + "}")->session()), c.want) << c.session;
    auto const node = yaml::parse("{session: {tokens: keys}}", "d.yaml");
    auto const made = compile_auth_token(node.value());
    ASSERT_FALSE(made);
    EXPECT_EQ(describe(made.error()), "d.yaml:1:20: expected a path from the root, as in /login/");
}

TEST(Csrf, ASessionWritesOnlyFromPagesOfThisServer) {
    SessionNames const names{"sessionid", "csrftoken", "X-CSRFToken", "csrfmiddlewaretoken", "", ""};
    Header const cookie{"Cookie", "sessionid=s; csrftoken=abc"};
    Header const token{"x-csrftoken", "abc"};
    struct {
        Method method;
        std::string_view base;
        std::vector<Header> headers;
        std::string_view given;
        std::string_view want;
    } const cases[] = {
        {Method::get, "http://h:1/api", {}, "", "ok"},
        {Method::options, "http://h:1/api", {{"Origin", "http://evil"}}, "", "ok"},
        {Method::post, "http://h:1/api", {cookie, token}, "", "ok"},
        {Method::post, "http://h:1/api", {cookie, token, {"Origin", "http://h:1"}}, "", "ok"},
        {Method::post, "http://h:1/api", {cookie}, "abc", "ok"},
        {Method::post, "http://h:1/api", {cookie}, "", "CSRF token missing."},
        {Method::del, "http://h:1/api", {{"Cookie", "sessionid=s"}}, "", "CSRF token missing."},
        {Method::patch, "http://h:1/api", {{"Cookie", "sessionid=s"}, token}, "", "CSRF cookie not set."},
        {Method::put, "http://h:1/api", {cookie, {"X-CSRFToken", "abd"}}, "", "CSRF token from the 'X-Csrftoken' HTTP header incorrect."},
        {Method::post, "http://h:1/api", {cookie}, "abd", "CSRF token from POST incorrect."},
        {Method::post,
         "http://h:1/api",
         {cookie, token, {"Origin", "http://evil"}},
         "",
         "Origin checking failed - http://evil does not match any trusted origins."},
        {Method::post,
         "http://h:1/api",
         {cookie, token, {"Origin", "null"}},
         "",
         "Origin checking failed - null does not match any trusted origins."},
        {Method::post,
         "http://h:1/api",
         {cookie, token, {"Origin", "http://h:10"}},
         "",
         "Origin checking failed - http://h:10 does not match any trusted origins."},
        {Method::post,
         "http://h:1/api",
         {cookie, token, {"Referer", "http://evil/"}},
         "",
         "Referer checking failed - http://evil/ does not match any trusted origins."},
        {Method::post, "http://h:1/api", {cookie, token, {"Referer", "http://h:1/x"}}, "", "ok"},
        {Method::post, "https://h/api", {cookie, token}, "", "Referer checking failed - no Referer."},
        {Method::post, "https://h/api", {cookie, token, {"Referer", "https://h/x?y"}}, "", "ok"},
        {Method::post,
         "https://h/api",
         {cookie, token, {"Referer", "https://h.evil/"}},
         "",
         "Referer checking failed - https://h.evil/ does not match any trusted origins."},
        {Method::post, "https://h/api", {cookie, token, {"Origin", "https://h"}}, "", "ok"},
    };
    for (auto const& c : cases) {
        Exchange exchange;
        exchange.method = c.method;
        exchange.base_url = c.base;
        exchange.headers = c.headers;
        auto const checked = check_csrf(exchange, names, c.given);
        EXPECT_EQ(checked ? "ok" : checked.error().argument("detail").value_or("?"), c.want);
    }
}

TEST(Csrf, AGetThatWritesComesFromAPageOfThisServerOrFromNobodys) {
    SessionNames const names{"sessionid", "csrftoken", "X-CSRFToken", "csrfmiddlewaretoken", "", ""};
    Header const cookie{"Cookie", "sessionid=s; csrftoken=abc"};
    struct {
        std::vector<Header> headers;
        std::string_view want;
    } const cases[] = {
        {{cookie, {"Sec-Fetch-Site", "same-origin"}}, "ok"},
        {{cookie, {"Sec-Fetch-Site", "none"}}, "ok"},
        {{cookie, {"Sec-Fetch-Site", "cross-site"}, {"Referer", "http://h:1/"}}, "Sec-Fetch-Site is cross-site."},
        {{cookie, {"Sec-Fetch-Site", "same-site"}}, "Sec-Fetch-Site is same-site."},
        {{cookie, {"Referer", "http://h:1/api/"}}, "ok"},
        {{cookie, {"Referer", "http://evil/?http://h:1/"}},
         "Referer checking failed - http://evil/?http://h:1/ does not match any trusted origins."},
        {{cookie, {"Origin", "null"}, {"Referer", "http://h:1/"}}, "Origin checking failed - null does not match any trusted origins."},
        {{cookie}, "Referer checking failed - no Referer."},
        {{cookie, {"X-CSRFToken", "abc"}}, "ok"},
        {{cookie, {"X-CSRFToken", "abd"}}, "Referer checking failed - no Referer."},
        {{{"Cookie", "sessionid=s"}, {"X-CSRFToken", ""}}, "Referer checking failed - no Referer."},
    };
    for (auto const& c : cases) {
        Exchange exchange;
        exchange.base_url = "http://h:1/api";
        exchange.headers = c.headers;
        auto const checked = check_own_page(exchange, names);
        EXPECT_EQ(checked ? "ok" : checked.error().argument("detail").value_or("?"), c.want);
    }
}

}  // namespace
}  // namespace koine::dialect
