#include "dialect/routes/routes.hpp"

#include "dialect/testing/app.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

using Kind = Endpoint::Kind;

Routes compiled(std::string_view text) {
    auto const node = yaml::parse(text, "r.yaml");
    EXPECT_TRUE(node) << describe(node.error());
    auto routes = Routes::compile(node.value());
    EXPECT_TRUE(routes) << describe(routes.error());
    return std::move(routes).value();
}

/// "kind name [key|key] <prefix", or the reason.
std::string found(Routes const& routes, std::string_view path, resource::Resources const* resources = nullptr) {
    static constexpr std::string_view kinds[] = {"root", "list", "item", "function", "index", "operation", "unknown"};
    auto const result = routes.find(path, resources);
    if (!result) return std::string(to_string(result.error().reason()));
    std::string text(kinds[static_cast<std::size_t>(result.value().endpoint.kind)]);
    if (!result.value().endpoint.name.empty()) text += " " + result.value().endpoint.name;
    for (auto const& part : result.value().endpoint.key) text += " [" + part + "]";
    if (!result.value().prefix.empty()) text.append(" <").append(result.value().prefix);
    if (result.value().endpoint.redirect) text += " redirect";
    return text;
}

TEST(Routes, FindsEndpointsUnderStrictPaths) {
    auto const routes = compiled("{prefix: [\"\", /rest/v1], slash: strict, functions: /rpc}");
    struct Case {
        std::string_view path;
        std::string_view want;
    } const cases[] = {
        {"/", "root"},
        {"/rest/v1", "root </rest/v1"},
        {"/rest/v1/", "root </rest/v1"},
        {"/artist", "list artist"},
        {"/rest/v1/artist", "list artist </rest/v1"},
        {"/rest", "list rest"},
        {"/rest/v10", "unknown_path"},
        {"/artist/", "unknown_path"},
        {"/artist/1", "unknown_path"},
        {"/a/b/c", "unknown_path"},
        {"//artist", "unknown_path"},
        {"//", "unknown_path"},
        {"artist", "unknown_path"},
        {"*", "unknown_path"},
        {"/rpc/sum", "function sum"},
        {"/rest/v1/rpc/sum", "function sum </rest/v1"},
        {"/rpc", "list rpc"},
        {"/rpc/", "unknown_path"},
        {"/rpc/a/b", "unknown_path"},
        {"/rpcx", "list rpcx"},
        {"/odd%20name%2Fwith+plus", "list odd name/with+plus"},
        {"/bj%C3%B6rk", "list bj\xC3\xB6rk"},
        {"/bad%FF", "malformed_request"},
        {"/nul%00", "malformed_request"},
        {"/half%4", "list half%4"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.path);
        EXPECT_EQ(found(routes, each.path), each.want);
    }
}

TEST(Routes, FindsItemsByKeyAndTakesEitherSlash) {
    auto const routes = compiled("{prefix: /api, item: segment}");
    struct Case {
        std::string_view path;
        std::string_view want;
    } const cases[] = {
        {"/api", "root </api"},
        {"/api/artist/", "list artist </api"},
        {"/api/artist/1", "item artist [1] </api"},
        {"/api/artist/1/", "item artist [1] </api"},
        {"/api/region/SE,%2C,", "item region [SE] [,] [] </api"},
        {"/api/artist/1/2", "unknown_path"},
        {"/api/artist//", "unknown_path"},
        {"/artist", "unknown_path"},
        {"/api/rpc/x", "item rpc [x] </api"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.path);
        EXPECT_EQ(found(routes, each.path), each.want);
    }
}

TEST(Routes, KnowsWhichMethodsAnEndpointTakes) {
    auto const routes = compiled("{functions: /rpc}");
    struct Case {
        Method method;
        Kind kind;
        std::string_view want;
    } const cases[] = {
        {Method::get, Kind::list, ""},
        {Method::put, Kind::list, ""},
        {Method::other, Kind::list, "method_unsupported"},
        {Method::post, Kind::item, "method_unsupported"},
        {Method::patch, Kind::item, ""},
        {Method::head, Kind::root, ""},
        {Method::post, Kind::root, "method_unsupported"},
        {Method::post, Kind::function, ""},
        {Method::patch, Kind::function, "method_unsupported_on_function"},
    };
    for (auto const& each : cases) {
        auto const result = routes.check(each.method, "X", each.kind);
        EXPECT_EQ(result ? "" : to_string(result.error().reason()), each.want);
    }
}

TEST(Routes, NamesTheStatementThatIsRefused) {
    EXPECT_EQ(write_refused(Method::post).argument("statement"), "INSERT");
    EXPECT_EQ(write_refused(Method::put).argument("statement"), "INSERT");
    EXPECT_EQ(write_refused(Method::patch).argument("statement"), "UPDATE");
    EXPECT_EQ(write_refused(Method::del).argument("statement"), "DELETE");
}

constexpr auto kClosed =
    "{prefix: /api, slash: redirect, allow: {separator: \", \", order: [GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS]}}";

TEST(Routes, FindsTheResourcesOfAnApp) {
    testing::App const app;
    auto const routes = compiled(kClosed);
    struct Case {
        std::string_view path;
        std::string_view want;
    } const cases[] = {
        {"/api/", "index </api"},
        {"/api", "index </api redirect"},
        {"/api/net/", "index net </api"},
        {"/api/net", "index net </api redirect"},
        {"/api/net/inner/", "index net/inner </api"},
        {"/api/ne/", "unknown ne </api"},
        {"/api/net/systems/", "list system </api"},
        {"/api/net/systems", "list system </api redirect"},
        {"/api/old/systems/", "list system </api"},
        {"/api/net%2Fsystems/", "list system </api"},
        {"/api/net/systems/12/", "item system [12] </api"},
        {"/api/net/systems/12", "item system [12] </api redirect"},
        {"/api/net/systems/x%20y/", "item system [x y] </api"},
        {"/api/net/systems/1.json/", "unknown net/systems/1.json </api"},
        {"/api/net/systems/1/2/", "unknown net/systems/1/2 </api"},
        {"/api/net/systems//", "unknown net/systems/ </api"},
        {"/api//net/systems/", "unknown /net/systems </api"},
        {"/api//", "unknown </api"},
        {"/api/status", "unknown status </api redirect"},
        {"/net/systems/", "unknown_path"},
        {"/api/bad%FF/", "malformed_request"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.path);
        EXPECT_EQ(found(routes, each.path, &app.resources), each.want);
    }
    EXPECT_TRUE(routes.closes());
    auto const open = compiled("{slash: strict}");
    EXPECT_EQ(found(open, "/net/systems", &app.resources), "list system");
    EXPECT_EQ(found(open, "/net/systems/", &app.resources), "unknown net/systems/");
    EXPECT_EQ(found(compiled(""), "/net/systems/", &app.resources), "list system");
}

TEST(Routes, SendsAPathWithoutItsSlashToTheOneWithIt) {
    Exchange exchange;
    exchange.base_url = "https://h/in/api";
    exchange.path = "/api/net/systems";
    EXPECT_EQ(slashed_address(exchange), "https://h/in/api/net/systems/");
    exchange.query = "a=%20b&c";
    EXPECT_EQ(slashed_address(exchange), "https://h/in/api/net/systems/?a=%20b&c");
}

TEST(Routes, TakesOfAResourceWhatItOffers) {
    testing::App app;
    auto const routes = compiled(kClosed);
    auto const allowed = [&](std::string_view path) {
        auto const endpoint = routes.find(path, &app.resources).value().endpoint;
        auto const text = routes.spelled(methods_of(endpoint));
        // What is allowed is what is taken.
        for (auto const& [method, word] : {std::pair(Method::get, "GET"), {Method::post, "POST"}, {Method::patch, "PATCH"}}) {
            auto const spelled = ", " + text + ",";
            EXPECT_EQ(!routes.check(method, word, endpoint).has_error(), spelled.contains(std::string(" ") + word + ",")) << path << word;
        }
        return text;
    };
    EXPECT_EQ(allowed("/api/net/systems/"), "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS");
    EXPECT_EQ(allowed("/api/net/systems/1/"), "GET, PUT, PATCH, DELETE, HEAD, OPTIONS");
    EXPECT_EQ(allowed("/api/net/inner/routers/"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(allowed("/api/net/inner/routers/1/"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(allowed("/api/net/"), "GET, HEAD, OPTIONS");
    app.said.bulk = false;
    EXPECT_EQ(allowed("/api/net/systems/"), "GET, POST, HEAD, OPTIONS");
    for (auto const* path : {"/api/net/inner/routers", "/api/status/"})
        EXPECT_TRUE(routes.check(Method::post, "POST", routes.find(path, &app.resources).value().endpoint)) << path;
}

TEST(Routes, RefusesAnOrderOfMethodsThatIsNone) {
    for (auto const* options : {"{allow: {order: [FETCH]}}", "{allow: {order: [GET, GET]}}", "{allow: {order: GET}}", "{allow: {x: 1}}"})
        EXPECT_FALSE(Routes::compile(yaml::parse(options, "r.yaml").value())) << options;
}

}  // namespace
}  // namespace koine::dialect
