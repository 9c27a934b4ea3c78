#include "dialect/routes/routes.hpp"

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
std::string found(Routes const& routes, std::string_view path) {
    static constexpr std::string_view kinds[] = {"root", "list", "item", "function", "unknown"};
    auto const result = routes.find(path);
    if (!result) return std::string(to_string(result.error().reason()));
    std::string text(kinds[static_cast<std::size_t>(result.value().endpoint.kind)]);
    if (!result.value().endpoint.name.empty()) text += " " + result.value().endpoint.name;
    for (auto const& part : result.value().endpoint.key) text += " [" + part + "]";
    if (!result.value().prefix.empty()) text.append(" <").append(result.value().prefix);
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

}  // namespace
}  // namespace koine::dialect
