#include "description/description.hpp"
#include "openapi/app_document.hpp"
#include "openapi/testing.hpp"
#include "resource/testing.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <set>

namespace koine::openapi {
namespace {

using boost::json::value;

constexpr auto kApp = R"yaml(
app: {name: net, dialect: main, login_required: false}
dialects: {main: {extends: drf, routes: {prefix: /api}, describe: {openapi: schema, documents: {status: {ok: true}}}}}
entities:
  system: {fields: {name: text, state: enum(up|down) = up}}
  user: {fields: {name: text unique, password: password, rights: list(text), groups: refs(grp)}}
  grp: {fields: {rights: list(text)}}
  token: {fields: {user: ref(user) cascade, key: secret = random_key}}
identity:
  user: {entity: user, name: name, password: password, permissions: rights, groups: groups}
  group: {entity: grp, permissions: rights}
  token: {entity: token, user: user, key: key}
resources:
  systems:
    entity: system
    path: net/big-systems
    members: [[id, name, state], {grade: {lua: deeds.act, needs: [name], type: int(1..6), help: How good it is}, more: {lua: deeds.act}}]
    views: {brief: {only: [id, name]}}
    endpoints: [crud]
    at:
      POST {id}/sync-with-peers: {call: deeds.act, allow: user, summary: Sync it, help: Slow.}
      GET {id}/peers: {call: deeds.act, answer: list(systems.brief)}
      GET {id}/twin: {call: deeds.act, answer: systems}
      GET {id}/notes/{name}: {call: deeds.act, query: {lang: text null, n: int(1..9) = 5, few: list(int), mode: enum(a|b) null, format: text null}}
      POST {id}/generate-email: {call: deeds.act, reads: true, allow: anyone, body: {email: int, note: {type: text(9) null, help: Why.}, on: bool = false}}
      DELETE all: {call: deeds.act, status: 204, replies: [403, 503]}
operations:
  GET,POST reports/{year}: {call: deeds.act, body: any, status: 202, allow: user}
  GET reports/by-state: {sql: by_state}
  PATCH secret/thing: {call: deeds.act, allow: nobody}
  POST reports/any: {call: deeds.act, answer: any, status: 201}
  POST reports/nothing: {call: deeds.act, answer: nothing}
)yaml";

/// The app with its model and its dialect.
struct Served {
    std::shared_ptr<description::App const> app;
    model::Model model;
    std::optional<dialect::Dialect> dialect;

    Served() {
        auto loaded = description::load_app_texts(
            {{"app.yaml", kApp}, {"operations/deeds.lua", "function act() end"}, {"operations/by_state.sql", "select 1"}}
        );
        for (auto const& mistake : loaded.mistakes) ADD_FAILURE() << describe(mistake);
        app = loaded.app;
        model = resource::testing::model_of(resource::tables_of(*app));
        EXPECT_TRUE(resource::extend(model, *app));
        dialect.emplace(dialect::load_dialect_section(app->dialects, app->dialect, {app->name, app->version}).value());
        dialect->resources = resource::bind(app, model, dialect->forms(), dialect->routes.closes()).value();
    }
    value document(bool writable = true) const { return boost::json::parse(app_document({.dialect = *dialect, .writable = writable})); }
};

std::string text_at(value const& from, std::string_view pointer) {
    boost::system::error_code error;
    auto const* found = from.find_pointer(pointer, error);
    return found == nullptr ? "nothing" : boost::json::serialize(*found);
}

/// "name in type[*]" of each parameter; an exclamation mark behind required ones.
std::string parameters_of(value const& operation) {
    std::string text;
    for (auto const& one : operation.at("parameters").as_array()) {
        auto const& parameter = one.as_object();
        text.append(text.empty() ? "" : ", ").append(parameter.at("name").as_string()).append(" ").append(parameter.at("in").as_string());
        text.append(" ").append(parameter.at("schema").at("type").as_string());
        if (parameter.contains("required")) text += "!";
    }
    return text;
}

TEST(AppCalls, AreNamedAfterTheirPathAndMethod) {
    auto const made = Served().document();
    struct {
        std::string_view path, method, id, tag, summary;
    } const cases[] = {
        {"net/big-systems/{id}/sync-with-peers", "post", "net_big_systems_sync_with_peers_create", "net", "Sync it"},
        {"net/big-systems/{id}/peers", "get", "net_big_systems_peers_list", "net", "Peers"},
        {"net/big-systems/{id}/twin", "get", "net_big_systems_twin_retrieve", "net", "Twin"},
        {"net/big-systems/{id}/notes/{name}", "get", "net_big_systems_notes_retrieve", "net", "Notes"},
        {"net/big-systems/{id}/generate-email", "post", "net_big_systems_generate_email_create", "net", "Generate email"},
        {"net/big-systems/all", "delete", "net_big_systems_all_destroy", "net", "All"},
        {"reports/{year}", "get", "reports_retrieve", "reports", "Reports"},
        {"reports/{year}", "post", "reports_create", "reports", "Reports"},
        {"reports/by-state", "get", "reports_by_state_retrieve", "reports", "By state"},
    };
    auto const& paths = made.at("paths");
    for (auto const& each : cases) {
        SCOPED_TRACE(each.path);
        auto const& operation = paths.at("/api/" + std::string(each.path) + "/").at(each.method);
        EXPECT_EQ(operation.at("operationId").as_string(), each.id);
        EXPECT_EQ(operation.at("tags").at(0).as_string(), each.tag);
        EXPECT_EQ(operation.at("summary").as_string(), each.summary);
    }
    EXPECT_EQ(text_at(paths, "/~1api~1net~1big-systems~1{id}~1sync-with-peers~1/post/description"), R"("Slow.")");
    EXPECT_FALSE(paths.as_object().contains("/api/secret/thing/")) << "nobody may";
    EXPECT_EQ(text_at(made, "/tags"), R"([{"name":"net"},{"name":"reports"},{"name":"status"},{"name":"schema"}])");
    std::set<std::string> names;
    testing::expect_to_hold_together(made, names);
}

TEST(AppCalls, TellWhatTheyTake) {
    auto const made = Served().document();
    auto const& paths = made.at("paths");
    auto const& notes = paths.at("/api/net/big-systems/{id}/notes/{name}/").at("get");
    EXPECT_EQ(
        parameters_of(notes),
        "id path integer!, name path string!, lang query string, n query integer, few query array!, mode query string, format query string"
    );
    struct {
        std::string_view pointer, want;
    } const cases[] = {
        {"/3/schema", R"({"type":"integer","format":"int32","minimum":1,"maximum":9,"default":5})"},
        {"/4",
         R"({"name":"few","in":"query","required":true,"schema":{"type":"array","items":{"type":"integer","format":"int32"}},"style":"form","explode":true})"
        },
        {"/5/schema", R"({"type":"string","enum":["a","b"]})"},
        {"/2/schema", R"({"type":"string","minLength":1})"},
    };
    for (auto const& [pointer, want] : cases) EXPECT_EQ(text_at(notes.at("parameters"), pointer), want) << pointer;
    EXPECT_EQ(text_at(notes, "/requestBody"), "nothing");

    auto const& body = paths.at("/api/net/big-systems/{id}/generate-email/").at("post").at("requestBody");
    EXPECT_EQ(text_at(body, "/required"), "true");
    EXPECT_EQ(body.at("content").as_object().size(), 3);
    for (auto const& [type, content] : body.at("content").as_object())
        EXPECT_EQ(text_at(content, "/schema/$ref"), R"("#/components/schemas/NetBigSystemsGenerateEmailRequest")") << type;
    auto const& schema = made.at("components").at("schemas").at("NetBigSystemsGenerateEmailRequest");
    EXPECT_EQ(text_at(schema, "/required"), R"(["email"])");
    EXPECT_EQ(text_at(schema, "/properties/note"), R"({"type":"string","maxLength":9,"minLength":1,"nullable":true,"description":"Why."})");
    EXPECT_EQ(text_at(schema, "/properties/on"), R"({"type":"boolean","default":false})");

    auto const& reports = paths.at("/api/reports/{year}/");
    EXPECT_EQ(text_at(reports, "/get/requestBody"), "nothing") << "GET has no body";
    EXPECT_EQ(text_at(reports, "/post/requestBody/required"), "false");
    EXPECT_EQ(text_at(reports, "/post/requestBody/content/application~1json/schema"), R"({"nullable":true})");
    EXPECT_EQ(text_at(reports, "/post/requestBody/content/multipart~1form-data/schema"), R"({"type":"object"})");
}

TEST(AppCalls, TellWhatTheyAnswer) {
    auto const made = Served().document();
    /// "status status …" of the responses, and the JSON schema of the first.
    auto const responses = [&](std::string_view path, std::string_view method) {
        std::string text;
        std::string schema;
        for (auto const& [status, response] :
             made.at("paths").at("/api/" + std::string(path) + "/").at(method).at("responses").as_object()) {
            if (text.empty()) schema = text_at(response, "/content/application~1json/schema");
            text.append(status).append(" ");
        }
        return text + schema;
    };
    struct {
        std::string_view path, method, want;
    } const cases[] = {
        {"net/big-systems/{id}/peers",
         "get",
         R"(200 403 404 406 default {"type":"array","items":{"$ref":"#/components/schemas/BriefSystem"}})"},
        {"net/big-systems/{id}/twin", "get", R"(200 403 404 406 default {"$ref":"#/components/schemas/System"})"},
        {"net/big-systems/{id}/notes/{name}", "get", R"(200 2XX 400 403 404 406 default {"nullable":true})"},
        {"net/big-systems/{id}/sync-with-peers", "post", "200 2XX 403 404 406 default nothing"},
        {"net/big-systems/{id}/generate-email", "post", R"(200 2XX 400 403 404 406 413 415 default {"nullable":true})"},
        {"net/big-systems/all", "delete", "204 2XX 403 404 406 default 503 nothing"},
        {"reports/{year}", "post", "202 2XX 400 403 404 406 413 415 default nothing"},
        {"reports/any", "post", R"(201 2XX 403 404 406 default {"nullable":true})"},
        {"reports/nothing", "post", "200 403 404 406 default nothing"},
        {"reports/by-state", "get", R"(200 403 404 406 default {"type":"array","items":{"type":"object"}})"},
    };
    for (auto const& each : cases) EXPECT_EQ(responses(each.path, each.method), each.want) << each.path;
    auto const& replies = made.at("paths").at("/api/net/big-systems/all/").at("delete").at("responses");
    EXPECT_EQ(text_at(replies, "/403"), R"({"description":"Forbidden"})") << "the function's own, in whatever form";
    EXPECT_EQ(text_at(replies, "/503"), R"({"description":"Service Unavailable"})");
}

TEST(AppCalls, TellWhoMay) {
    auto const made = Served().document();
    auto const is_open = [&](std::string_view path, std::string_view method) {
        auto const text = text_at(made.at("paths").at("/api/" + std::string(path) + "/").at(method), "/security");
        return text.contains("{}");
    };
    EXPECT_TRUE(is_open("net/big-systems/{id}/generate-email", "post"));
    EXPECT_TRUE(is_open("reports/by-state", "get"));
    EXPECT_FALSE(is_open("net/big-systems/{id}/sync-with-peers", "post"));
    auto const reading = Served().document(false);
    auto const& paths = reading.at("paths").as_object();
    EXPECT_FALSE(paths.contains("/api/net/big-systems/{id}/sync-with-peers/")) << "nothing is written";
    EXPECT_TRUE(paths.contains("/api/net/big-systems/{id}/generate-email/")) << "it only reads";
}

TEST(AppCalls, TellOfTheDocumentItselfAndOfOthers) {
    auto const made = Served().document();
    auto const& paths = made.at("paths").as_object();
    ASSERT_TRUE(paths.contains("/api/schema/") && paths.contains("/api/status/"));
    auto const& schema = paths.at("/api/schema/").at("get");
    EXPECT_EQ(schema.at("operationId"), "schema_retrieve");
    EXPECT_TRUE(schema.at("responses").at("200").at("content").as_object().contains("application/vnd.oai.openapi"));
    EXPECT_TRUE(paths.at("/api/status/").at("get").at("responses").at("200").at("content").as_object().contains("application/json"));
    EXPECT_FALSE(schema.at("responses").as_object().contains("2XX"));
}

TEST(AppCalls, MembersThatFunctionsGiveAreOfTheirTypeAndOnlyRead) {
    auto const document = Served().document();
    EXPECT_EQ(
        text_at(document, "/components/schemas/System/properties/grade"),
        R"({"type":"integer","format":"int32","minimum":1,"maximum":6,"nullable":true,"readOnly":true,"description":"How good it is"})"
    );
    EXPECT_EQ(text_at(document, "/components/schemas/System/properties/more"), R"({"nullable":true,"readOnly":true})");
}

}  // namespace
}  // namespace koine::openapi
