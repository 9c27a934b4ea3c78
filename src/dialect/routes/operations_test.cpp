#include "dialect/routes/routes.hpp"
#include "resource/testing.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

using Kind = Endpoint::Kind;

constexpr auto kApp = R"yaml(
app: {name: net}
entities:
  router: {fields: {name: text}}
  tag: {fields: {name: text}}
resources:
  routers:
    entity: router
    path: net/routers
    aliases: [boxes]
    members: [[id, name]]
    at:
      POST {id}/sync: {call: deeds.act}
      GET {id}/configuration: {call: deeds.act}
      DELETE {id}/configuration: {call: deeds.act, reads: true}
      GET {id}/tags/{name}: {call: deeds.act}
      GET,POST count: {call: deeds.act}
      PATCH {name}/rename: {call: deeds.act}
  tags: {entity: tag, members: [[id]], endpoints: [list]}
operations:
  GET reports/{year}: {call: deeds.act}
  GET reports/all: {call: deeds.act}
  POST reports/{year}/{month}: {call: deeds.act}
  GET reports/all/now: {call: deeds.act}
  GET {x}/routers: {call: deeds.act}
  GET {x}/routers/{y}: {call: deeds.act}
  GET {x}: {call: deeds.act}
  PUT net: {call: deeds.act}
  GET tags/1/of: {call: deeds.act}
)yaml";

class Operations : public ::testing::Test {
protected:
    Operations() {
        auto loaded = description::load_app_texts({{"app.yaml", kApp}, {"operations/deeds.lua", "function act() end"}});
        for (auto const& mistake : loaded.mistakes) ADD_FAILURE() << describe(mistake);
        if (!loaded.app) return;
        model_ = resource::testing::model_of(resource::tables_of(*loaded.app));
        EXPECT_TRUE(resource::extend(model_, *loaded.app));
        resources_ = resource::bind(loaded.app, model_, {}, true).value();
    }

    static Routes compiled(std::string_view text) { return Routes::compile(yaml::parse(text, "r.yaml").value()).value(); }
    Endpoint found(std::string_view path) const { return routes_.find(path, resources_.get()).value().endpoint; }

    /// "kind resource path [key] name=value redirect".
    std::string shown(std::string_view path) const {
        static constexpr std::string_view kinds[] = {"root", "list", "item", "function", "index", "operation", "unknown"};
        auto const endpoint = found(path);
        std::string text(kinds[static_cast<std::size_t>(endpoint.kind)]);
        if (endpoint.resource != nullptr) text += " of " + endpoint.resource->said->name;
        if (endpoint.operation != nullptr) text += " " + endpoint.operation->by_method.front().second->path;
        for (auto const& key : endpoint.key) text += " [" + key + "]";
        for (auto const& [name, value] : endpoint.arguments) text.append(" ").append(name).append("=").append(value);
        return endpoint.redirect ? text + " redirect" : text;
    }

    model::Model model_;
    std::shared_ptr<resource::Resources const> resources_;
    Routes routes_ =
        compiled("{prefix: /api, slash: redirect, allow: {separator: \", \", order: [GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS]}}");
};

TEST_F(Operations, StandBesideRowsAndListsByWordsBeforeHoles) {
    struct {
        std::string_view path, want;
    } const cases[] = {
        {"/api/net/routers/7/sync/", "operation of routers net/routers/{id}/sync [7] id=7"},
        {"/api/net/routers/7/sync", "operation of routers net/routers/{id}/sync [7] id=7 redirect"},
        {"/api/boxes/7/sync/", "operation of routers net/routers/{id}/sync [7] id=7"},
        {"/api/net/routers/7/configuration/", "operation of routers net/routers/{id}/configuration [7] id=7"},
        {"/api/net/routers/7/tags/a%2Fb%20c/", "operation of routers net/routers/{id}/tags/{name} [7] id=7 name=a/b c"},
        {"/api/net/routers/x.y/rename/", "operation of routers net/routers/{name}/rename name=x.y"},
        {"/api/net/routers/%73ync/%73ync/", "operation of routers net/routers/{id}/sync [sync] id=sync"},
        {"/api/net/routers/count/", "operation of routers net/routers/count"},
        {"/api/boxes/count/", "operation of routers net/routers/count"},
        {"/api/net/routers/counts/", "item of routers [counts]"},
        {"/api/net/routers/7/", "item of routers [7]"},
        {"/api/net/routers/", "list of routers"},
        {"/api/net/", "operation net"},
        {"/api/tags/", "list of tags"},
        {"/api/tags/1/", "item of tags [1]"},
        {"/api/tags/1/of/", "operation tags/1/of"},
        {"/api/tags/2/of/", "unknown"},
        {"/api/reports/2026/", "operation reports/{year} year=2026"},
        {"/api/reports/all/", "operation reports/all"},
        {"/api/reports/all/now/", "operation reports/all/now"},
        {"/api/reports/all/5/", "operation reports/{year}/{month} year=all month=5"},
        {"/api/reports/2026/now/", "operation reports/{year}/{month} year=2026 month=now"},
        {"/api/other/", "operation {x} x=other"},
        {"/api/boxes/", "list of routers"},
        {"/api/other/routers/", "operation {x}/routers x=other"},
        {"/api/other/routers/7/", "operation {x}/routers/{y} x=other y=7"},
        {"/api/net/routers//sync/", "unknown"},
        {"/api/net/routers/7/sync//", "unknown"},
        {"/api/net/routers/7/Sync/", "unknown"},
        {"/api/net/routers/7/sync/now/", "unknown"},
        {"/api/net%2Frouters/7/sync/", "unknown"},
        {"/api/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/", "unknown"},
        {"/api/", "index"},
        {"/api//", "unknown"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.path);
        EXPECT_EQ(shown(each.path), each.want);
    }
    EXPECT_EQ(found("/api/net/routers/7/sync/").name, "net/routers/7/sync");
    EXPECT_EQ(routes_.find("/api/reports/%FF/", resources_.get()).error().reason(), Reason::malformed_request);
}

TEST_F(Operations, TakeTheMethodsThatAreSaid) {
    struct {
        std::string_view path, allow;
    } const cases[] = {
        {"/api/net/routers/7/sync/", "POST, OPTIONS"},
        {"/api/net/routers/7/configuration/", "GET, DELETE, HEAD, OPTIONS"},
        {"/api/net/routers/count/", "GET, POST, HEAD, OPTIONS"},
        {"/api/reports/all/", "GET, HEAD, OPTIONS"},
        {"/api/net/", "PUT, OPTIONS"},
    };
    static constexpr std::pair<Method, std::string_view> methods[] = {
        {Method::get, "GET"},
        {Method::head, "HEAD"},
        {Method::post, "POST"},
        {Method::put, "PUT"},
        {Method::patch, "PATCH"},
        {Method::del, "DELETE"},
        {Method::options, "OPTIONS"},
        {Method::other, "OTHER"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.path);
        auto const endpoint = found(each.path);
        EXPECT_EQ(routes_.spelled(methods_of(endpoint)), each.allow);
        for (auto const& [method, word] : methods) {
            SCOPED_TRACE(word);
            bool const allowed = (", " + std::string(each.allow) + ",").contains(" " + std::string(word) + ",");
            auto const taken = routes_.check(method, word, endpoint);
            EXPECT_EQ(static_cast<bool>(taken), allowed);
            if (!taken) EXPECT_EQ(taken.error().reason(), Reason::method_unsupported);
            EXPECT_EQ(endpoint.operation->find(method) != nullptr, allowed && method != Method::options);
        }
    }
    EXPECT_TRUE(routes_.check(Method::get, "GET", found("/api/net/routers/7/sync"))) << "it is sent to the path with a slash first";
}

TEST_F(Operations, AreFoundWhereverSlashesMayStand) {
    auto const in = [&](std::string_view options, std::string_view path) {
        return compiled(options).find(path, resources_.get()).value().endpoint.kind;
    };
    EXPECT_EQ(in("{slash: strict}", "/net/routers/7/sync"), Kind::operation);
    EXPECT_EQ(in("{slash: strict}", "/net/routers/7/sync/"), Kind::unknown);
    EXPECT_EQ(in("{slash: either}", "/net/routers/7/sync"), Kind::operation);
    EXPECT_EQ(in("{slash: either}", "/net/routers/7/sync/"), Kind::operation);
}

}  // namespace
}  // namespace koine::dialect
