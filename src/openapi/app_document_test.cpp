#include "openapi/app_document.hpp"

#include "description/testing.hpp"
#include "openapi/app_schemas.hpp"
#include "openapi/testing.hpp"
#include "resource/testing.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace koine::openapi {
namespace {

using boost::json::value;

constexpr std::string_view kApp = R"yaml(
app: {name: net, title: Net API, description: What the net is made of, license: MIT License, version: "1.2", dialect: main, login_required: false}
dialects: {main: {extends: drf, routes: {prefix: /api}, values: {enum: value_label}}}
entities:
  tag: {type: extras.tag, fields: {name: text(100) unique, slug: slug(100) unique, color: text(6) blank}}
  system:
    type: net.system
    fields:
      asn: int64(1..4294967295) unique
      name: text(200)
      state: enum(up|down) = up
      mode: enum(a|b) null blank bare
      mail: email blank
      context: json(object) null
      tags: refs(tag)
      created: datetime readonly = now
      made_in: text(10) immutable null
    order: [asn]
  router:
    type: net.router
    fields:
      name: text(100) unique
      address: ip(4) null
      system: ref(system) protect
      parent: ref(router) null set_null inverse(children)
  note: {type: net.note, fields: {object: any_ref(system|router) inverse(notes) null, body: text}}
  user: {fields: {name: text unique, password: password, rights: list(text), groups: refs(grp)}}
  grp: {fields: {rights: list(text)}}
  token: {fields: {user: ref(user) cascade, key: secret = random_key}}
identity:
  user: {entity: user, name: name, password: password, permissions: rights, groups: groups}
  group: {entity: grp, permissions: rights}
  token: {entity: token, user: user, key: key}
resources:
  tags: {entity: tag, path: extras/tags, members: [id, {url: {link: self}}, name, slug, color, {items: {count: system_tags}}], endpoints: [crud],
    views: {nested: {only: [id, name]}}}
  systems:
    entity: system
    path: net/autonomous-systems
    aliases: [systems]
    members:
    - id
    - display: {text: ["AS{asn} - {name}"]}
    - maybe: {text: "{mode}!"}
    - [asn, name, state, mode, mail, context, tags, made_in, created]
    - routers: {from: router_system, as: keys}
    - {kind: {const: {a: 1}}, more: {group: {here: state}}}
    views: {brief: {only: [id, display, state]}, nested: {like: brief, values: {enum: value}}}
    search: [name]
    filters: [{q: {search: true}}, asn, name, state, {tag: {path: tags.slug, combine: all, must_exist: true}}, {after: {range: created}}]
    endpoints: [crud, bulk]
  routers: {entity: router, path: net/routers, members: [id, name, address, system, parent], views: {brief: {only: [id, parent]}}, endpoints: [crud]}
  old: {entity: router, path: old/routers, members: [id, name], endpoints: [list, get]}
  notes: {entity: note, path: net/notes, members: [id, {kind: {from: object.type}}, {key: {from: object.id}}, object, body], endpoints: [crud]}
  users: {entity: user, path: users, members: [id, name, {password: {write: only}}], endpoints: [crud]}
)yaml";

/// The app with its model and its dialect.
struct Served {
    std::shared_ptr<description::App const> app = description::app_of(std::string(kApp));
    model::Model model = resource::testing::model_of(resource::tables_of(*app));
    std::optional<dialect::Dialect> dialect;

    /// @param dialects others than the app's.
    explicit Served(yaml::Node const* dialects = nullptr) {
        EXPECT_TRUE(resource::extend(model, *app));
        auto made = dialect::load_dialect_section(dialects != nullptr ? *dialects : app->dialects, app->dialect, {app->name, app->version});
        EXPECT_TRUE(made) << describe(made.error());
        dialect.emplace(std::move(made).value());
        auto resources = resource::bind(app, model, dialect->forms(), dialect->routes.closes());
        EXPECT_TRUE(resources) << describe(resources.error());
        dialect->resources = resources.value();
    }
};

Served const& served() {
    static Served const one;
    return one;
}

value document() { return boost::json::parse(app_document({.dialect = *served().dialect})); }

value const& at(value const& from, std::string_view pointer) { return from.at_pointer(pointer); }

std::string text_at(value const& from, std::string_view pointer) {
    boost::system::error_code error;
    auto const* found = from.find_pointer(pointer, error);
    return found == nullptr ? "nothing" : boost::json::serialize(*found);
}

TEST(AppDocument, IsAsTheGoldenFileSays) { testing::expect_golden(document(), "tests/golden/openapi_app.json"); }

TEST(AppDocument, HoldsAllThatItRefersToAndNamesEachOperationOnce) {
    auto const made = document();
    std::set<std::string> names;
    EXPECT_GT(testing::expect_to_hold_together(made, names), 50);
    testing::each_object(made, [&](boost::json::object const& object) {
        if (auto const* type = object.if_contains("type"); type != nullptr && !object.contains("properties"))
            EXPECT_FALSE(type->is_array());
    });
    EXPECT_TRUE(names.contains("net_autonomous_systems_bulk_partial_update"));
    EXPECT_TRUE(names.contains("old_routers_retrieve"));
    EXPECT_FALSE(names.contains("old_routers_create"));
}

TEST(AppDocument, ShowsMembersAsTheyAreRead) {
    auto const made = document();
    struct {
        std::string_view pointer, want;
    } const cases[] = {
        {"/System/properties/display", R"({"type":"string","readOnly":true})"},
        {"/System/properties/maybe", R"({"type":"string","nullable":true,"readOnly":true})"},
        {"/System/properties/state/properties/value", R"({"type":"string","enum":["up","down"]})"},
        {"/NestedSystem/properties/state", R"({"type":"string","enum":["up","down"]})"},
        {"/System/properties/mode", R"({"type":"string","enum":["a","b","",null],"nullable":true})"},
        {"/System/properties/mail", R"({"type":"string"})"},
        {"/System/properties/tags", R"({"type":"array","items":{"$ref":"#/components/schemas/NestedTag"}})"},
        {"/System/properties/routers/items", R"({"type":"integer","format":"int64"})"},
        {"/System/properties/created", R"({"type":"string","format":"date-time","readOnly":true})"},
        {"/System/additionalProperties", "false"},
        {"/System/required", "nothing"},
        {"/Tag/properties/items", R"({"type":"integer","format":"int64","minimum":0,"readOnly":true})"},
        {"/Tag/properties/url", R"({"type":"string","format":"uri","readOnly":true})"},
        {"/NetRouter/properties/system", R"({"$ref":"#/components/schemas/NestedSystem"})"},
        {"/NetRouter/properties/address", R"({"type":"string","format":"ipv4","nullable":true})"},
        {"/OldRouter/properties/name/maxLength", "100"},
        {"/User/properties/password", "nothing"},
    };
    auto const& schemas = at(made, "/components/schemas");
    for (auto const& [pointer, want] : cases) EXPECT_EQ(text_at(schemas, pointer), want) << pointer;
}

/// The names of a layout's members, and of those below: "id state{value label} tags{id name}".
std::string shape(query::Layout const& layout) {
    using Kind = query::Layout::Kind;
    if (layout.kind == Kind::choice) return "{value label}";
    if (layout.kind == Kind::scalars) return shape(layout.members.front());
    std::string text;
    if (layout.kind == Kind::variant) {
        for (auto const& one : layout.members) text += shape(one);
    } else if (layout.kind == Kind::object || layout.kind == Kind::relation) {
        for (auto const& one : layout.members) text += (text.empty() ? "{" : " ") + one.name + shape(one);
        text += "}";
    }
    return text;
}

/// The same of a schema.
std::string shape(value const& document, value const& schema) {
    auto const& members = schema.as_object();
    if (auto const* reference = members.if_contains("$ref"))
        return shape(document, document.at_pointer(std::string_view(reference->as_string()).substr(1)));
    if (auto const* items = members.if_contains("items")) return shape(document, *items);
    std::string text;
    for (auto const* word : {"allOf", "anyOf"}) {
        if (auto const* all = members.if_contains(word))
            for (auto const& one : all->as_array()) text += shape(document, one);
    }
    if (auto const* properties = members.if_contains("properties")) {
        for (auto const& [name, member] : properties->as_object())
            text += (text.empty() ? "{" : " ") + std::string(name) + shape(document, member);
        text += "}";
    }
    return text;
}

TEST(AppDocument, SchemasHaveTheMembersThatViewsLayOut) {
    auto const made = document();
    int compared = 0;
    for (auto const& resource : served().dialect->resources->all) {
        auto const pointer = "/paths/~1api~1" + std::regex_replace(resource->path(), std::regex("/"), "~1") +
                             "~1{id}~1/get/responses/200/content/application~1json/schema";
        auto schema = at(made, pointer);
        if (schema.as_object().contains("anyOf")) schema = schema.at("anyOf").at(0);
        EXPECT_EQ(shape(made, schema), shape(resource->view("full")->selection->layout)) << resource->path();
        ++compared;
    }
    EXPECT_EQ(compared, 6);
}

TEST(AppDocument, ShowsMembersAsTheyAreWritten) {
    auto const made = document();
    struct {
        std::string_view pointer, want;
    } const cases[] = {
        {"/WritableSystemRequest/required", R"(["asn","name"])"},
        {"/PatchedWritableSystemRequest/required", "nothing"},
        {"/WritableSystemRequest/properties/state", R"({"type":"string","enum":["up","down"]})"},
        {"/WritableSystemRequest/properties/created", "nothing"},
        {"/WritableSystemRequest/properties/tags/items/anyOf/0/type", R"("integer")"},
        {"/WritableSystemRequest/properties/made_in/description", R"("Heeded only when the row is made")"},
        {"/TagRequest/properties/name", R"({"type":"string","maxLength":100,"minLength":1})"},
        {"/UserRequest/properties/password/writeOnly", "true"},
        {"/NoteRequest/properties/kind", R"({"type":"string","nullable":true})"},
    };
    auto const& schemas = at(made, "/components/schemas");
    for (auto const& [pointer, want] : cases) EXPECT_EQ(text_at(schemas, pointer), want) << pointer;
}

TEST(AppDocument, OffersWhatTheResourceOffers) {
    auto const made = document();
    auto const methods = [&](std::string_view path) {
        std::string all;
        for (auto const& [method, operation] : made.at("paths").at(path).as_object()) all += std::string(method) + " ";
        return all;
    };
    EXPECT_EQ(methods("/api/net/autonomous-systems/"), "get post put patch delete ");
    EXPECT_EQ(methods("/api/net/autonomous-systems/{id}/"), "get put patch delete ");
    EXPECT_EQ(methods("/api/extras/tags/"), "get post ");
    EXPECT_EQ(methods("/api/old/routers/{id}/"), "get ");
    auto const& paths = made.at("paths").as_object();
    EXPECT_FALSE(paths.contains("/api/systems/")) << "aliases are not told";

    auto const reading = boost::json::parse(app_document({.dialect = *served().dialect, .writable = false, .accounts = false}));
    EXPECT_EQ(text_at(reading, "/paths/~1api~1extras~1tags~1/post"), "nothing");
    EXPECT_EQ(text_at(reading, "/paths/~1api~1extras~1tags~1/get/security"), "nothing");
    EXPECT_EQ(text_at(reading, "/components/securitySchemes"), "nothing");
}

TEST(AppDocument, ShowsWhatWasWrittenInItsFrame) {
    std::string const row = R"({"$ref":"#/components/schemas/System"})";
    std::string const rows = R"({"type":"array","items":)" + row + "}";
    std::string const framed = R"({"type":"object","properties":{"rows":)" + rows + R"(},"required":["rows"]})";
    struct {
        std::string_view envelope;
        std::string want;
    } const cases[] = {
        {"{list: $items}", rows},
        {"{list: {rows: $items}}", framed},
        {"{list: {rows: $items}, many: $items}", rows},
        {"{list: $items, many: {rows: $items}}", framed},
    };
    for (auto const& [envelope, want] : cases) {
        SCOPED_TRACE(envelope);
        auto const dialects = yaml::parse("main: {write: {documents: {bulk: true}}, envelope: " + std::string(envelope) + "}", "d.yaml");
        Served const other(&dialects.value());
        auto const made = boost::json::parse(app_document({.dialect = *other.dialect}));
        std::string const path = "/paths/~1net~1autonomous-systems/";
        EXPECT_EQ(text_at(made, path + "patch/responses/200/content/application~1json/schema"), want);
        EXPECT_EQ(text_at(made, path + "post/responses/201/content/application~1json/schema/anyOf"), "[" + row + "," + want + "]");
    }
}

TEST(AppDocument, TellsParametersThatMayBeRepeated) {
    auto const made = document();
    std::map<std::string, std::string> parameters;
    for (auto const& one : at(made, "/paths/~1api~1net~1autonomous-systems~1/get/parameters").as_array())
        parameters[std::string(one.at("name").as_string())] = boost::json::serialize(one);
    for (std::string const name :
         {"q", "asn", "asn__gte", "name__ic", "state__n", "tag", "limit", "offset", "ordering", "brief", "fields", "after_after"})
        EXPECT_TRUE(parameters.contains(name)) << name;
    EXPECT_FALSE(parameters.contains("Accept")) << "media types stand with the answers";
    auto const asn = boost::json::parse(parameters["asn"]);
    EXPECT_EQ(text_at(asn, "/schema/type"), R"("array")");
    EXPECT_EQ(text_at(asn, "/style"), R"("form")");
    EXPECT_EQ(text_at(asn, "/explode"), "true");
    EXPECT_EQ(text_at(boost::json::parse(parameters["limit"]), "/schema/type"), R"("integer")");
}

TEST(AppDocument, NamesAreCamelCase) {
    EXPECT_EQ(camel("autonomous_system"), "AutonomousSystem");
    EXPECT_EQ(camel("net/big-routers"), "NetBigRouters");
    EXPECT_EQ(camel("ix2_lan"), "Ix2Lan");
    EXPECT_EQ(camel(""), "");
}

}  // namespace
}  // namespace koine::openapi
