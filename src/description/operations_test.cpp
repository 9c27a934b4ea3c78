#include "description/testing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace koine::description {
namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kApp = R"yaml(
app: {name: net}
types: {asn: "int(1..4294967295)"}
entities:
  tag: {fields: {name: text(100) unique}}
  router: {type: net.router, fields: {name: text unique, asn: asn, tags: refs(tag), started: datetime null, pin: secret null, pinned: {type: text, computed: lower(pin)}}}
resources:
  tags: {entity: tag, members: [id, name], endpoints: crud, allow: {read: staff, create: superuser}}
  routers:
    entity: router
    path: net/routers
    aliases: [boxes]
    members:
    - [id, name]
    - status: {lua: status.text, needs: [name, asn, tags_x.id], type: text}
    - raw: {lua: status.raw}
    views: {brief: {only: [id]}}
    before: {create: rules.check, update: rules.check}
    after: {delete: rules.forget}
    at:
      POST {id}/sync: {call: status.sync, summary: Ask it, help: Slow.}
      GET {id}/tags/{name}: {call: status.tags, answer: list(tags)}
      GET,POST count: {call: status.count, reads: true, allow: "permission('net.count')", status: 202}
      PUT {id}/twin: {call: status.twin, answer: net/routers.brief}
      DELETE all: {call: status.clear, answer: routers}
operations:
  GET reports/{year}: {sql: by_year, query: {as-set: text, af: text null, n: int = 5, few: "list(int) = [1]"}}
  POST reports/{year}: {call: status.report, body: {asn: asn, note: text blank, name: {type: text(3) null required, help: Whose.}}, allow: user}
  PATCH any: {call: status.any, answer: nothing, body: any, replies: 503, listed: true}
  GET all: {call: status.all}
)yaml";

Files files(std::string app) {
    return {
        {"a.yaml", std::move(app)},
        {"x/operations/rules.lua", "function check() end"},
        {"operations/status.lua", "return 1"},
        {"operations/by_year.sql", "select 1"},
    };
}

std::string with(std::string text, std::string_view what, std::string_view by) {
    auto const at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), by);
}

/// Without the path that there isn't.
std::string sound() { return with(std::string(kApp), ", tags_x.id", ""); }

std::shared_ptr<App const> app() {
    auto const loaded = load_app_texts(files(sound()));
    EXPECT_EQ(told(loaded), "");
    return loaded.app ? loaded.app : std::make_shared<App const>();
}

Operation const& operation(App const& app, std::string_view path, Method method) {
    static Operation const kNone;
    for (auto const& one : app.operations)
        if (one.path == path && std::ranges::find(one.methods, method) != one.methods.end()) return one;
    ADD_FAILURE() << "no operation " << path;
    return kNone;
}

std::string shown(Rule const& rule) { return fmt::format("{}{}", static_cast<int>(rule.who), rule.permission); }

TEST(Operations, TheyHaveTheirPathsRulesAndTargets) {
    using Who = Rule::Who;
    auto const loaded = app();
    struct {
        std::string_view path;
        Method method;
        std::string_view target, resource;
        bool of_row, reads;
        Rule rule;
        int status;
        std::string_view answer;
    } const table[] = {
        {"net/routers/{id}/sync", Method::post, "status.sync", "routers", true, false, {Who::permission, "net.change_router"}, 200, ""},
        {"net/routers/{id}/tags/{name}", Method::get, "status.tags", "routers", true, true, {Who::anyone, ""}, 200, "list tags."},
        {"net/routers/count", Method::post, "status.count", "routers", false, true, {Who::permission, "net.count"}, 202, ""},
        {"net/routers/{id}/twin",
         Method::put,
         "status.twin",
         "routers",
         true,
         false,
         {Who::permission, "net.change_router"},
         200,
         "routers.brief"},
        {"net/routers/all", Method::del, "status.clear", "routers", false, false, {Who::permission, "net.add_router"}, 200, "routers."},
        {"reports/{year}", Method::get, "by_year", "", false, true, {Who::anyone, ""}, 200, ""},
        {"reports/{year}", Method::post, "status.report", "", false, false, {Who::user, ""}, 200, ""},
        {"any", Method::patch, "status.any", "", false, false, {Who::user, ""}, 200, ""},
        {"all", Method::get, "status.all", "", false, true, {Who::anyone, ""}, 200, ""},
    };
    EXPECT_EQ(loaded->operations.size(), std::size(table));
    for (auto const& row : table) {
        SCOPED_TRACE(row.path);
        auto const& one = operation(*loaded, row.path, row.method);
        EXPECT_EQ(one.target, row.target);
        EXPECT_EQ(one.kind == Operation::Kind::sql, row.target == "by_year");
        EXPECT_EQ(one.resource, row.resource);
        EXPECT_EQ(one.of_row, row.of_row);
        EXPECT_EQ(one.reads, row.reads);
        EXPECT_EQ(shown(one.rule), shown(row.rule));
        EXPECT_EQ(one.status, row.status);
        auto const& answer = one.answer;
        EXPECT_EQ(
            fmt::format("{}{}{}{}", answer.list ? "list " : "", answer.resource, answer.resource.empty() ? "" : ".", answer.view),
            row.answer
        );
        EXPECT_GT(one.place.line, 0);
    }
    EXPECT_EQ(operation(*loaded, "net/routers/count", Method::get).methods.size(), 2U);
    EXPECT_EQ(operation(*loaded, "net/routers/{id}/sync", Method::post).summary, "Ask it");
    auto const& any = operation(*loaded, "any", Method::patch);
    EXPECT_EQ(fmt::format("{} {}", fmt::join(any.replies, " "), any.listed), "503 true");
    EXPECT_TRUE(any.answer.nothing && !any.answer.any && any.answer.resource.empty());
    EXPECT_TRUE(any.declares_answer());
    EXPECT_TRUE(operation(*loaded, "reports/{year}", Method::get).declares_answer()) << "a statement's columns";
    EXPECT_FALSE(operation(*loaded, "all", Method::get).declares_answer());
    EXPECT_TRUE(operation(*loaded, "any", Method::patch).body_is_free);
}

TEST(Operations, WhoMustLogInForAllMustForThemToo) {
    auto const loaded = load_app_texts(files(with(sound(), "{name: net}", "{login_required: true}")));
    ASSERT_TRUE(loaded.app) << told(loaded);
    EXPECT_EQ(operation(*loaded.app, "all", Method::get).rule.who, Rule::Who::user);
}

TEST(Operations, WhatTheyTakeHasTypesAndDefaults) {
    auto const loaded = app();
    auto inputs = operation(*loaded, "reports/{year}", Method::get).query;
    for (auto const& input : operation(*loaded, "reports/{year}", Method::post).body) inputs.push_back(input);
    std::string text;
    for (auto const& input : inputs)
        text += fmt::format(
            "{}: {}{}{}{}{}\n",
            input.name,
            input.type.name,
            input.nullable ? " null" : "",
            input.blank ? " blank" : "",
            input.required ? " required" : "",
            input.has_default ? " = " + input.otherwise : ""
        );
    EXPECT_EQ(text, R"(as-set: text required
af: text null
n: int = 5
few: list = [1]
asn: asn required
note: text blank = 
name: text null required
)");
    EXPECT_EQ(inputs.back().help, "Whose.");
}

TEST(Operations, HooksAndMembersNameFunctions) {
    auto const loaded = app();
    auto const& routers = *loaded->home_of("router");
    EXPECT_EQ(routers.hooks.before_create, "rules.check");
    EXPECT_EQ(routers.hooks.before_update, "rules.check");
    EXPECT_EQ(routers.hooks.before_delete, "");
    EXPECT_EQ(routers.hooks.after_delete, "rules.forget");
    EXPECT_TRUE(loaded->home_of("tag")->hooks.empty());
    auto const& status = *routers.member("status");
    EXPECT_EQ(status.form, Member::Form::script);
    EXPECT_EQ(status.call, "status.text");
    EXPECT_EQ(status.needs, (std::vector<std::string>{"name", "asn"}));
    EXPECT_EQ(status.type.kind, value::Kind::text);
    EXPECT_EQ(routers.member("raw")->type.kind, value::Kind::json);
}

TEST(Operations, FilesAreKeptByNameAndKind) {
    auto const loaded = app();
    std::string text;
    for (auto const& script : loaded->scripts)
        text += fmt::format("{} {} {} {}\n", script.name, script.is_sql ? "sql" : "lua", script.file, script.text);
    EXPECT_EQ(text, R"(rules lua x/operations/rules.lua function check() end
status lua operations/status.lua return 1
by_year sql operations/by_year.sql select 1
)");
}

TEST(Operations, EachMistakeIsToldOnceWhereItStands) {
    struct {
        std::string_view what, by, wanted;
    } const table[] = {
        // Keys.
        {"POST {id}/sync", "POAST {id}/sync", "a.yaml:21:7: unknown method \"POAST\"; did you mean \"POST\"?"},
        {"POST {id}/sync", "POST,POST {id}/sync", "POST is written twice"},
        {"POST {id}/sync", "POST", "a.yaml:21:7: expected methods and a path, as in POST {id}/sync or GET,POST reports/sales"},
        {"POST {id}/sync", "POST, {id}/sync", "expected methods and a path"},
        {"POST {id}/sync", "POST /{id}/sync", "\"/{id}/sync\" is no path such as {id}/sync, without a slash at its ends"},
        {"POST {id}/sync", "POST {id}/sync/", "without a slash at its ends"},
        {"POST {id}/sync", "POST {id}//sync", "\"\" is not letters, digits, hyphens and the like"},
        {"POST {id}/sync", "POST {id}/a b", "\"a b\" is not letters"},
        {"POST {id}/sync", "POST {id}/..", "\"..\" is not letters"},
        {"POST {id}/sync", "POST x{id}/sync", "\"x{id}\": a hole is a whole part of a path and a name, as {id}"},
        {"POST {id}/sync", "POST {}/sync", "\"{}\": a hole is a whole part"},
        {"POST {id}/sync", "POST {id}/{id}", "the hole {id} is written twice"},
        // Paths that somebody has.
        {"POST {id}/sync", "POST {id}", "net/routers/{id} is the path of a row of the resource routers"},
        {"POST {id}/sync", "POST {name}", "net/routers/{name} is the path of a row of the resource routers"},
        {"POST {id}/sync", "POST 7", "net/routers/7 is the path of a row of the resource routers"},
        {"GET all:", "GET tags:", "tags is the path of the list of the resource tags"},
        {"GET all:", "GET boxes/{x}:", "boxes/{x} is the path of a row of the resource routers"},
        {"GET,POST count", "POST,GET {id}/sync", "POST net/routers/{id}/sync is written twice: also in a.yaml:21:7"},
        {"GET all:", "GET net/routers/{key}/tags/{n}:", "GET net/routers/{key}/tags/{n} is written twice: also in a.yaml:22:7"},
        {"GET all:",
         "POST net/routers/{key}/tags/{n}:",
         "net/routers/{key}/tags/{n} is the path net/routers/{id}/tags/{name} in a.yaml:22:7"},
        {"GET all:", "POST net/routers/{id}/tags/{name}:", "net/routers/{id}/tags/{name} is of the resource routers in a.yaml:22:7"},
        // What is done.
        {"{call: status.all}", "{}", "a.yaml:30:3: an operation needs call, sql or file"},
        {"{call: status.all}", "", "a.yaml:30:3: an operation needs call, sql or file"},
        {"{call: status.all}", "status.all", "expected a map, not \"status.all\""},
        {"{call: status.all}", "{call: status.all, sql: by_year}", "an operation is one of call, sql and file"},
        {"call: status.all", "call: statsu.all", "a.yaml:30:19: unknown .lua file \"statsu\"; did you mean \"status\"?"},
        {"call: status.all", "call: status", "expected file.function as in rules.check, not \"status\""},
        {"call: status.all", "call: status.a.b", "expected file.function"},
        {"call: status.all", "call: status.end", "expected file.function"},
        {"call: status.all", "call: by_year.all", "operations/by_year.sql is no .lua file: say sql"},
        {"sql: by_year", "sql: by_yaer", "unknown .sql file \"by_yaer\"; did you mean \"by_year\"?"},
        {"sql: by_year", "sql: status", "operations/status.lua is no .sql file: say call"},
        {"sql: by_year", "sql: by_year.sql", "expected the name of a file of operations without .sql, not \"by_year.sql\""},
        {"{sql: by_year,", "{sql: by_year, reads: false,", "a .sql file only reads"},
        {"{sql: by_year,", "{sql: by_year, answer: routers,", "a .sql file answers with its own columns"},
        {"{sql: by_year,", "{sql: by_year, status: 204,", "an answer of status 204 has no rows"},
        {"GET reports/{year}: {sql: by_year,", "PUT reports/{year}: {sql: by_year, body: any,", "a .sql file takes values by their names"},
        {"call: status.all", "call: status.all, reads: 1", "expected true or false"},
        // What goes in.
        {"as-set: text,", "as-set: txet,", "unknown type \"txet\"; did you mean \"text\"?"},
        {"as-set: text,", "as set: text,", "what is taken is named by letters, digits, hyphens"},
        {"as-set: text,", "as-set: ref(tag),", "an operation takes no references; take a key: int64"},
        {"as-set: text,", "as-set: password,", "secrets are hashes of what is kept; take a text"},
        {"as-set: text,", "as-set: text unique,", "no flags but null, required, blank, untrimmed and bare"},
        {"as-set: text,", "as-set: datetime = now,", "the default of what is taken is a value"},
        {"as-set: text,", "as-set: {type: int, computed: n},", "what is taken is not computed"},
        {"n: int = 5", "n: int = five", "the default \"five\" does not fit"},
        {"query: {as-set: text, af: text null, n: int = 5, few: \"list(int) = [1]\"}", "query: text", "expected a map of names"},
        {"body: any", "body: some", "expected any, raw, or a map of what the body holds, not \"some\""},
        {"{call: status.all}", "{call: status.all, body: any}", "GET has no body"},
        {"as-set: text,", "as-set: blob,", "a client names no file that is kept; take a file"},
        {"as-set: text,", "as-set: file,", "a file comes in a body"},
        {"as-set: text,", "as-set: list(file),", "a list cannot hold a `file`"},
        {"GET reports/{year}: {sql: by_year,", "PUT reports/{year}: {sql: by_year, body: {f: file},", "a .sql file takes no files"},
        {"GET reports/{year}: {sql: by_year,", "PUT reports/{year}: {sql: by_year, body: raw,", "a .sql file takes no files"},
        {"body: any", "body: {f: file(0 MB)}", "(0 MB): expected a size as in file(10 MB)"},
        {"body: any", "body: {f: file(5 GB)}", "(5 GB): expected a size as in file(10 MB)"},
        {"body: any", "body: {f: file(10 XB)}", "(10 XB): expected a size as in file(10 MB)"},
        {"body: any", "body: {f: 'file(image)'}", "(image): expected a size and media types"},
        {"body: any", "body: {f: 'file(*/*)'}", "(*/*): expected a size and media types"},
        {"body: any", "body: {f: 'file(image/*, image/*)'}", "image/* is written twice"},
        // What comes out.
        {"{call: status.all}", "{file: content}", "a file is one of a row: it is said in a resource's at, of a path with {id}"},
        {"{call: status.all}", "{call: status.all, file: content}", "an operation is one of call, sql and file"},
        {"answer: list(tags)", "answer: list(tgas)", "unknown resource \"tgas\"; did you mean \"tags\"?"},
        {"answer: list(tags)", "answer: list(tags.breif)", "unknown view \"breif\"; known are full"},
        {"answer: net/routers.brief", "answer: net/routers.breif", "unknown view \"breif\"; did you mean \"brief\"?"},
        {"answer: routers", "answer: routesr.brief", "unknown resource \"routesr\"; did you mean \"routers\"?"},
        {"answer: routers", "answer: routers, status: 204", "an answer of status 204 has no rows"},
        {"status: 202", "status: 302", "expected a whole number from 200 to 299, not \"302\""},
        {"status: 202", "status: [2]", "expected a whole number from 200 to 299, not a list"},
        {"answer: nothing", "answer: nothin", "unknown resource \"nothin\""},
        {"replies: 503", "replies: [503, 99]", "expected a status from 200 to 599, not 99"},
        {"replies: 503", "replies: often", "expected a status from 200 to 599, not often"},
        {"call: status.twin,", "call: status.twin, listed: true,", "an index names no paths with holes"},
        {"allow: user", "allow: usr", "unknown rule \"usr\"; did you mean \"user\"?"},
        {"summary: Ask it", "sumary: Ask it", "unknown word \"sumary\"; did you mean \"summary\"?"},
        // Hooks and members.
        {"{delete: rules.forget}", "{delete: ruels.forget}", "unknown .lua file \"ruels\"; did you mean \"rules\"?"},
        {"{delete: rules.forget}", "{delet: rules.forget}", "unknown word \"delet\"; did you mean \"delete\"?"},
        {"{delete: rules.forget}", "rules.forget", "expected a map, not \"rules.forget\""},
        {"needs: [name, asn]", "needs: [nam, asn]", "router has no field \"nam\"; did you mean \"name\"?"},
        {"needs: [name, asn]", "needs: [tags, asn]", "\"tags\" is several rows, not one value"},
        {"needs: [name, asn]", "needs: [name, pin]", "pin is a secret: what tells it is never shown"},
        {"needs: [name, asn]", "needs: [name, pinned]", "pin is a secret: what tells it is never shown"},
        {"{lua: status.raw}", "{lua: status.raw, type: secret}", "no member shows a secret: take a text"},
        {"{lua: status.raw}", "{lua: status.raw, type: tetx}", "unknown type \"tetx\"; did you mean \"text\"?"},
        {"{lua: status.raw}", "{lua: status.raw}\n    sort: [raw]", "lists are ordered by fields and formulas only"},
        {"{lua: status.raw}", "{lua: status.raw}\n    filters: [raw]", "router has no field \"raw\""},
        {"{lua: status.raw}", "{lua: status}", "expected file.function"},
        {"{lua: status.raw}", "{lua: status.raw, from: name}", "a member is one of from, lua, not several"},
        {"{lua: status.raw}", "{from: name, needs: [name]}", "needs is for a member of lua"},
        {"{lua: status.raw}", "{lua: status.raw, write: never}", "write is for fields"},
        // What follows from another mistake is not told.
        {"tags: {entity: tag,", "tags: {entity: tga,", "unknown entity \"tga\"; did you mean \"tag\"?"},
    };
    for (auto const& [what, by, wanted] : table) {
        SCOPED_TRACE(by);
        auto const loaded = load_app_texts(files(with(sound(), what, by)));
        EXPECT_EQ(loaded.mistakes.size(), 1U) << told(loaded);
        EXPECT_NE(told(loaded).find(wanted), std::string::npos) << told(loaded);
        EXPECT_EQ(loaded.app, nullptr);
    }
}

TEST(Operations, MistakesInFilesOfOperationsAreTold) {
    struct {
        std::string name;
        std::string text;
        std::string_view wanted;
    } const table[] = {
        {"operations/by-year.lua", "", "operations/by-year.lua: the name of a file of operations is letters, digits and underscores"},
        {"operations/9.lua", "", "no digit first"},
        {"operations/end.lua", "", "no word of Lua's own"},
        {"operations/by_year.lua", "", "operations/by_year.lua: operations/by_year.sql has this name, too\n"},
        {"operations/status.lua", "", "operations/status.lua has this name, too"},
        {"operations/big.lua", std::string(1024 * 1024 + 1, ' '), "operations/big.lua: is larger than 1048576 bytes"},
    };
    for (auto const& [name, text, wanted] : table) {
        SCOPED_TRACE(name);
        auto all = files(with(sound(), "call: status.all", "call: big.all"));
        if (name != "operations/big.lua") all = files(sound());
        all.emplace_back(name, text);
        auto const loaded = load_app_texts(all);
        EXPECT_EQ(loaded.mistakes.size(), 1U) << told(loaded);
        EXPECT_NE(told(loaded).find(wanted), std::string::npos) << told(loaded);
    }
    EXPECT_EQ(
        told(load_app_texts({{"a.yaml", "operations:\n  GET a: {call: b.c}\n  GET b: {sql: c}\n"}})),
        "a.yaml:2:17: there is no file operations/b.lua\na.yaml:3:16: there is no file operations/c.sql\n"
    );
}

TEST(Operations, AFolderHoldsThemInItsFolderOperations) {
    auto const folder = std::filesystem::path(::testing::TempDir()) / "koine-operations-test";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder / "operations" / "deeper");
    std::ofstream(folder / "app.yaml") << "operations:\n  GET a: {call: deeds.act}\n";
    std::ofstream(folder / "operations" / "deeds.lua") << "function act() end\n";
    std::ofstream(folder / "operations" / "deeper" / "no.lua") << "";
    std::ofstream(folder / "no.sql") << "";
    auto const loaded = load_app(folder.string());
    ASSERT_TRUE(loaded.app) << told(loaded);
    ASSERT_EQ(loaded.app->scripts.size(), 1U);
    EXPECT_EQ(loaded.app->scripts.front().text, "function act() end\n");
    std::vector<std::string> watched;
    for (auto const& file : loaded.app->files) watched.push_back(std::filesystem::path(file).lexically_relative(folder).string());
    EXPECT_EQ(watched, (std::vector<std::string>{"app.yaml", "operations/deeds.lua", "operations"}));
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace koine::description
