#include "description/testing.hpp"

namespace koine::description {
namespace {

constexpr std::string_view kApp = R"yaml(
app: {name: net, version: "1.2", dialect: main, login_required: true, settings: {page_size: 50}}
dialects: {main: {extends: rest}}
types: {asn: "int(1..4294967295)"}
mixins:
  dated: {fields: {created: datetime = now readonly, updated: datetime touched readonly}}
  base: {mixins: [dated], fields: {tags: refs(tag)}, logged: true}
  standard:
    before: [id, {url: {link: self}}, display]
    after: [tags, created]
    filters: [id, {tag: {path: tags.slug, combine: all, must_exist: true}}, {created_by_request: {path: changes.request, where: "changes.action == 'create'"}}]
    views: {nested: {like: brief, values: {enum: value}}}
    web: /{plural}/{id}/
entities:
  tag: {type: extras.tag, fields: {name: text(100) unique, slug: slug(100) unique}}
  system: {type: net.system, mixins: [base], fields: {asn: asn unique, name: text(200), state: enum(up|down) = up, context: json null}, order: [asn]}
  router:
    type: net.router
    mixins: [base]
    fields: {name: text(100) unique, system: ref(system) protect, parent: ref(router) null set_null inverse(children)}
    unique: [[name, system]]
    checks: [{expr: "name != 'x' or exists(children)", message: "no {name}", field: name}]
    order: [system.asn, -name]
  user: {fields: {name: text unique, password: password, is_staff: bool = false, rights: list(text), groups: refs(grp)}}
  grp: {fields: {rights: list(text)}}
  token: {fields: {user: ref(user) cascade, key: secret = random_key}}
  change: {fields: {at: datetime = now, user: ref(user) null set_null, request: uuid, action: enum(create|update|delete), object: any_ref inverse(changes), was: json null}}
identity:
  user: {entity: user, name: name, password: password, staff: is_staff, permissions: rights, groups: groups}
  group: {entity: grp, permissions: rights}
  token: {entity: token, user: user, key: key}
  log: {entity: change, time: at, user: user, request: request, action: action, object: object, before: was}
resources:
  tags: {entity: tag, path: extras/tags, members: [id, name, slug, {items: {count: [system_tags, router_tags]}}], endpoints: [list, get, create], allow: {create: staff}}
  systems:
    entity: system
    path: peering/systems
    aliases: [systems]
    mixins: [standard]
    members:
    - display: {text: ["AS{asn} - {name}", "{name}"]}
    - [asn, name, state]
    - routers: {from: router_system, as: keys}
    - {size: {count: router_system}, big: {expr: "asn > 65535"}, kind: {const: {a: 1}}, more: {group: {here: state, at: created}}}
    - merged: {merge: {rows: router_system, path: system.context, then: context}, order: [name]}
    views: {brief: {only: [id, url, display, asn, state]}}
    search: [name, {asn: prefix}]
    filters: [asn, name, {state: {path: state, widen: {any: [up, down]}}}, {after: {range: created}}, {is_big: {expr: "asn > 65535"}}]
    endpoints: [crud, bulk]
    sort: [asn, name]
  routers:
    entity: router
    mixins: [standard]
    members: [display, {display: name}, {system: {view: nested}}, {asn: {from: system.asn, write: never}}, {page: {link: web}}]
    views: {brief: {only: [id, display]}, full: {minus: [page]}}
    allow: {update: "permission('net.steer')", delete: nobody}
  users: {entity: user, members: [id, name, {password: {write: only}}]}
)yaml";

std::string with(std::string text, std::string_view what, std::string_view by) {
    auto const at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), by);
}

std::vector<std::string> names(std::vector<Member> const& members) {
    std::vector<std::string> all;
    for (auto const& member : members) all.push_back(member.name);
    return all;
}

/// The app as it is, but for `routers`' two members of one name.
std::string sound() { return with(std::string(kApp), "[display, {display: name}", "[{display: name}"); }

TEST(Resources, MembersStandInWireOrderAndTheResourceFillsTheMixinsPlaces) {
    auto const app = app_of(sound());
    auto const& systems = *app->home_of("system");
    EXPECT_EQ(
        names(systems.members),
        (std::vector<std::string>{
            "id", "url", "display", "asn", "name", "state", "routers", "size", "big", "kind", "more", "merged", "tags", "created"
        })
    );
    EXPECT_EQ(systems.member("display")->texts.size(), 2U);
    EXPECT_EQ(systems.member("display")->texts[0].parts.size(), 4U);
    EXPECT_EQ(systems.member("kind")->constant, R"({"a":1})");
    EXPECT_EQ(systems.member("routers")->as, Member::As::keys);
    EXPECT_EQ(systems.member("merged")->then_path, "context");
    EXPECT_EQ(systems.web, "/systems/{id}/");
    EXPECT_TRUE(systems.bulk);
    EXPECT_EQ(systems.verbs.size(), 6U);
    EXPECT_FALSE(systems.sort_all);
}

TEST(Resources, ViewsFollowTheOnesThatTheyAreLike) {
    auto const app = app_of(sound());
    auto const& systems = *app->home_of("system");
    EXPECT_EQ(systems.view("full")->members.size(), systems.members.size());
    EXPECT_EQ(systems.view("nested")->members, systems.view("brief")->members);
    EXPECT_TRUE(systems.view("nested")->plain_choices);
    EXPECT_FALSE(systems.view("brief")->plain_choices);
    EXPECT_EQ(
        app->home_of("router")->view("full")->members,
        (std::vector<std::string>{"id", "url", "display", "system", "asn", "tags", "created"})
    );
}

TEST(Resources, RulesAreCompleteAndMadeOfTheTypeWord) {
    auto const app = app_of(sound());
    auto const rule = [&](std::string_view entity, Verb verb) { return app->home_of(entity)->rules.at(verb); };
    EXPECT_EQ(rule("system", Verb::list).who, Rule::Who::user);
    EXPECT_EQ(rule("system", Verb::create).permission, "net.add_system");
    EXPECT_EQ(rule("system", Verb::patch).permission, "net.change_system");
    EXPECT_EQ(rule("router", Verb::replace).permission, "net.steer");
    EXPECT_EQ(rule("router", Verb::remove).who, Rule::Who::nobody);
    EXPECT_EQ(rule("tag", Verb::create).who, Rule::Who::staff);
    EXPECT_EQ(rule("user", Verb::remove).permission, "delete_user");
}

TEST(Resources, FiltersOfMixinsComeFirst) {
    auto const app = app_of(sound());
    auto const& filters = app->home_of("system")->filters;
    ASSERT_EQ(filters.size(), 8U);
    EXPECT_TRUE(filters[1].combine_all && filters[1].must_exist);
    EXPECT_EQ(filters[2].where_path, "changes.action");
    EXPECT_EQ(filters[2].where_value, "create");
    EXPECT_EQ(filters[5].widened.at("any"), (std::vector<std::string>{"up", "down"}));
    EXPECT_EQ(filters[6].kind, Filter::Kind::range);
    EXPECT_NE(filters[7].formula, nullptr);
}

TEST(Resources, TheIdentityIsTiedToFieldsThatFit) {
    auto const app = app_of(sound());
    EXPECT_EQ(app->identity.user_permissions, "rights");
    EXPECT_EQ(app->identity.group_permissions, "rights");
    EXPECT_EQ(app->identity.log_object, "object");
    EXPECT_TRUE(app->login_required);
    EXPECT_EQ(app->settings.at("page_size"), "50");
    EXPECT_EQ(app->entity_of_word("net.router")->name, "router");
}

TEST(Resources, PathsGoThroughReferencesInverseNamesAndTypes) {
    auto const app = app_of(sound());
    struct {
        std::string_view from, path, entity, field;
        std::size_t steps;
    } const table[] = {
        {"router", "id", "router", "", 0},
        {"router", "system", "router", "system", 0},
        {"router", "system.asn", "system", "asn", 1},
        {"router", "system.id", "system", "", 1},
        {"router", "parent.parent.name", "router", "name", 2},
        {"router", "children.name", "router", "name", 1},
        {"router", "tags.slug", "tag", "slug", 1},
        {"tag", "router_tags", "router", "", 1},
        {"system", "changes.action", "change", "action", 1},
        {"change", "object.type", "change", "object", 0},
    };
    for (auto const& row : table) {
        SCOPED_TRACE(row.path);
        auto const end = follow(*app, *app->entity(row.from), row.path);
        ASSERT_TRUE(end) << describe(end.error());
        EXPECT_EQ(end.value().entity->name, row.entity);
        EXPECT_EQ(end.value().field ? end.value().field->name : "", row.field);
        EXPECT_EQ(end.value().steps.size(), row.steps);
    }
    for (std::string_view path : {"", ".", "nmae", "name.x", "id.x", "object.name", "system.", "system..asn", "system.routers"}) {
        auto const& from = path.starts_with("object") ? "change" : "router";
        EXPECT_FALSE(follow(*app, *app->entity(from), path)) << path;
    }
    EXPECT_EQ(
        describe(follow(*app, *app->entity("router"), "system.nmae").error()), "system has no field \"nmae\"; did you mean \"name\"?"
    );
}

TEST(Resources, EachMistakeIsToldOnceWhereItStands) {
    struct {
        std::string_view what, by, wanted;
    } const table[] = {
        {"[{display: name}", "[{display: name}, {display: name}", "the member display is written twice"},
        {"{system: {view: nested}}", "{system: {view: nestd}}", "unknown view \"nestd\"; did you mean \"nested\"?"},
        {"{from: system.asn, write: never}", "{from: tags.slug}", "\"tags.slug\" goes through several rows (tags)"},
        {"{from: system.asn, write: never}", "{from: system.asn, write: create}", "only a field of the entity itself can be written"},
        {"{from: system.asn, write: never}", "{from: system.asn, text: x}", "a member is one of from, text, not several"},
        {"{from: system.asn, write: never}", "{from: system.asn, as: key}", "as is for related rows"},
        {"{from: router_system, as: keys}", "{from: router_system, as: key}", "several rows are keys, not a key"},
        {"{count: router_system}", "{count: asn}", "\"asn\" leads to no rows"},
        {"AS{asn} -", "AS{asm} -", "system has no field \"asm\"; did you mean \"asn\"?"},
        {"AS{asn} -", "AS{asn -", "system has no field"},
        {"AS{asn} -", "AS}asn -", "a single } in a text is written }}"},
        {"big: {expr: \"asn > 65535\"}", "big: {expr: \"asm > 65535\"}", "did you mean \"asn\"?"},
        {"{is_big: {expr: \"asn > 65535\"}}", "{is_big: {expr: \"asn + 1\"}}", "this formula is a number, but true or false is expected"},
        {"exists(children)", "exists(childrn)", "did you mean \"children\"?"},
        {"{only: [id, display]}", "{only: [id, dsplay]}", "unknown member \"dsplay\"; did you mean \"display\"?"},
        {"{minus: [page]}", "{like: brief}", "full is like no other view"},
        {"{only: [id, display]}", "{like: nested}", "is like itself"},
        {"'create'\"", "'creat'\"", "unknown choice \"creat\"; did you mean \"create\"?"},
        {"changes.action == 'create'", "tags.slug == 'up'", "is no field of the same related row"},
        {"{any: [up, down]}", "{any: [up, dwn]}", "unknown choice \"dwn\"; did you mean \"down\"?"},
        {"{range: created}", "{range: name}", "a range is for numbers and times"},
        {"sort: [asn, name]", "sort: [asn, display]", "lists are ordered by fields and formulas only"},
        {"endpoints: [crud, bulk]", "endpoints: [crude, bulk]", "unknown endpoint \"crude\"; did you mean \"crud\"?"},
        {"{create: staff}", "{create: stuff}", "unknown rule \"stuff\"; did you mean \"staff\"?"},
        {"path: peering/systems", "path: /peering/systems", "is no path such as network/routers"},
        {"aliases: [systems]", "aliases: [routers]", "the resource systems has the path routers, too"},
        {"mixins: [standard]\n    members:", "mixins: [standart]\n    members:", "unknown mixin \"standart\"; did you mean \"standard\"?"},
        {"base: {mixins: [dated]", "base: {mixins: [base]", "the mixin base is made of itself"},
        {"dialect: main", "dialect: mian", "unknown dialect \"mian\"; did you mean \"main\"?"},
        {"type: net.router", "type: net.system", "the entity system has the type net.system, too"},
        {"refs(tag)}", "refs(tag) inverse(slug)}", "tag has a field slug: say inverse(name) with another name"},
        {"unique: [[name, system]]", "unique: [[name]]", "expected two fields or more"},
        {"[system.asn, -name]", "[system.asn, -tags]", "\"tags\" is several rows, not one value"},
        {"permissions: rights, groups", "permissions: name, groups", "permissions wants a list(text)"},
        {"key: key}", "key: user}", "key wants a unique text or secret"},
        {"token, user: user, key", "token, key", "user is missing: a ref to its account"},
        {"{password: {write: only}}", "password", "password is never shown: say write: only"},
        {"entity: router\n", "entity: ruter\n", "unknown entity \"ruter\"; did you mean \"router\"?"},
        {"resources:", "resurces:", "unknown word \"resurces\"; did you mean \"resources\"?"},
        {"login_required: true", "login_required: yes", "expected true or false, not \"yes\""},
    };
    for (auto const& [what, by, wanted] : table) {
        SCOPED_TRACE(by);
        auto const loaded = load_app_texts({{"a.yaml", with(sound(), what, by)}});
        EXPECT_EQ(loaded.mistakes.size(), 1U) << told(loaded);
        EXPECT_NE(told(loaded).find(wanted), std::string::npos) << told(loaded);
        EXPECT_EQ(loaded.app, nullptr);
    }
}

TEST(Resources, SecretsAreNotLookedForAndTypesTakeNoFlags) {
    std::string const head = "entities:\n  e: {fields: {name: text, key: secret null}}\nresources:\n  es: {entity: e, members: ";
    expect_told({
        {head + "[name], filters: [key]}", "a.yaml:4:46: a secret cannot be looked for\n"},
        {head + "[name], search: [key]}", "a.yaml:4:45: a secret cannot be looked for\n"},
        {head + "[name, {one: {const: 1, type: int hidden}}]}", "a.yaml:4:58: expected a type alone, with what it needs and nothing else\n"
        },
        {"types: {when: datetime touched}",
         "a.yaml:1:15: a type is no reference and has no flags but untrimmed and bare; they belong to fields\n"},
    });
}

TEST(Resources, SecretsAreToldByNoMember) {
    std::string const head =
        "entities:\n  e: {fields: {name: text, key: secret null, other: ref(e) null, long: {type: text, computed: \"concat(name, "
        "key)\"}}}\n"
        "resources:\n  es: {entity: e, members: [name, ";
    std::string const why = " is a secret: what tells it is never shown; a formula may compare it\n";
    expect_told({
        {head + "key]}", "a.yaml:4:35: key is never shown: say write: only\n"},
        {head + "{a: {text: \"{name} {key}\"}}]}", "a.yaml:4:46: key" + why},
        {head + "{a: {text: [x, \"{other.key}\"]}}]}", "a.yaml:4:50: other.key" + why},
        {head + "{a: {link: \"x/{key}\"}}]}", "a.yaml:4:46: key" + why},
        {head + "{a: {expr: key}}]}", "a.yaml:4:46: key" + why},
        {head + "{a: {expr: \"lower(other.key)\"}}]}", "a.yaml:4:46: other.key" + why},
        {head + "{a: {expr: \"if(name == 'x', key, name)\"}}]}", "a.yaml:4:46: key" + why},
        {head + "long]}", "a.yaml:4:35: key" + why},
        {head + "{a: {text: \"{long}\"}}]}", "a.yaml:4:46: key" + why},
        {head + "{a: {expr: \"upper(long)\"}}]}", "a.yaml:4:46: key" + why},
    });
    auto const compared =
        load_app_texts({{"a.yaml", head + "{a: {expr: \"key != null\"}}, {b: {expr: \"if(key == null, 'none', 'set')\"}}]}"}});
    EXPECT_EQ(told(compared).find("secret"), std::string::npos) << told(compared);
}

TEST(Resources, FilesAreMergedAndANameInTwoOfThemIsToldWithBothPlaces) {
    auto const loaded = load_app_texts({
        {"b.yaml", "entities:\n  one: {fields: {a: intt}}\n"},
        {"a.yaml", "entities:\n  one: {fields: {a: int}}\n  two: {fields: {b: ref(one) nul}}\n"},
        {"c.yaml", "entities: [\n"},
    });
    auto const text = told(loaded);
    EXPECT_NE(text.find("a.yaml:2:3: entities \"one\" is written twice: also in b.yaml:2:3\n"), std::string::npos) << text;
    EXPECT_NE(text.find("a.yaml:3:30: unknown flag \"nul\"; did you mean \"null\"?\n"), std::string::npos) << text;
    EXPECT_NE(text.find("b.yaml:2:21: unknown type \"intt\"; did you mean \"int\"?\n"), std::string::npos) << text;
    EXPECT_NE(text.find("c.yaml:"), std::string::npos) << text;
    EXPECT_EQ(loaded.mistakes.size(), 4U) << text;
    EXPECT_TRUE(text.starts_with("a.yaml")) << text;
}

}  // namespace
}  // namespace koine::description
