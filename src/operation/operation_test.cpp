#include "jinja/jinja.hpp"
#include "operation/queue.hpp"
#include "operation/testing.hpp"

namespace koine::operation {
namespace {

using script::List;
using script::Map;
using script::Value;
using testing::OperationTest;

constexpr auto kTasks = R"(
function get(id) return db.get("tasks", id) end
function full(id) return db.get("tasks", id, {view = "full"}) end
local function titles(rows)
  local names = list{}
  for _, row in ipairs(rows) do names[#names + 1] = row.title end
  return names
end
function find(request) return titles(db.find("tasks", request.where, request.options)) end
function first(where) return db.first("tasks", where) end
function count(where) return db.count("tasks", where) end
function by_path() return db.count("team/people") end
function nowhere() return db.find("tusks") end
function settings() return setting("limit") end
function who() return {principal.name, principal:can("tracker.change_task"), principal:can("else")} end
function nothing() end
function answer(kind)
  if kind == "reply" then return reply{status = 202, headers = {["X-Kind"] = "a"}, value = {a = 1}} end
  if kind == "text" then return reply{text = "<b>", type = "text/html"} end
  if kind == "short" then return text("a") end
  if kind == "styled" then return text("<b>", "text/html") end
  if kind == "page" then return text(text.markdown("*a*"), "text/html") end
  if kind == "wrong" then return text(1) end
  if kind == "away" then return redirect("/elsewhere") end
  if kind == "nested" then return reply{value = redirect("/elsewhere")} end
  if kind == "framed" then return reply{value = 2, words = {by = "naming"}, links = {self = "/tasks/2"}} end
  if kind == "misframed" then return reply{value = 2, links = "/tasks/2"} end
  if kind == "misworded" then return reply{value = 2, words = {by = 1}} end
  if kind == "odd" then return reply{headers = {["Content-Length"] = "1"}} end
  if kind == "split" then return reply{headers = {X = "a\r\nSet-Cookie: b"}} end
end
function refuse(kind) problem(kind, {message = "not so", field = kind == "invalid" and "title" or nil}) end
function crash() return nil .. "x" end
function forever() while true do end end
function rows() return db.find("tasks", {state = "open"}) end
function caught(id)
  local ok, why = pcall(db.get, "tasks", id)
  return {ok = ok, left = db.count("tasks")}
end
)";

constexpr auto kChanges = R"(
function add(row) return db.insert("tasks", row) end
function close(id) return db.update("tasks", id, {state = "done", closed_by = principal.name}) end
function remove(id) return db.delete("tasks", id) end
function purge(id) return db.trusted("the owner asked").delete("tasks", id) end
function named(name) return db.upsert("labels", {name = name}, {}) end
function both()
  db.insert("labels", {name = "one"})
  db.insert("labels", {name = "red"})
end
function tag(request) return db.link("tasks", 1, "labels", request).labels end
function untag(request) return db.unlink("tasks", 1, "labels", request).labels end
function later(id) return jobs.start("changes.close", {id = id}, {name = "close it", object = {"tasks", id}}) end
function soon() return time.after(60, "changes.purge", {1}) end
function clear(where) return db.trusted("to try it").delete("labels", where) end
function own() return db.get("tasks", db.insert("tasks", {title = "own"}).id).title end
function careful()
  local ok = pcall(db.insert, "labels", {name = "red"}) or pcall(db.insert, "labels", {name = "bad"})
  return {ok = ok, id = db.insert("labels", {name = "new"}).id}
end
)";

TEST_F(OperationTest, ReadsRowsOfResources) {
    ASSERT_NO_FATAL_FAILURE(load({{"tasks", kTasks}}));
    struct Case {
        std::string_view function;
        Value argument;
        std::string_view want;
    } const cases[] = {
        {"tasks.get",
         1,
         R"({"closed_by":"","extra":{"a":[1,2]},"id":1,"labels":[1,2],"owner":1,"state":"open","title":"alpha","weight":"2.50"})"},
        {"tasks.get", 3, R"({"closed_by":"","id":3,"labels":[],"state":"open","title":"gamma"})"},
        {"tasks.get", 9, "not_found"},
        {"tasks.full",
         3,
         R"({"closed":"","display":"Task gamma","extra":null,"id":3,"labels":[],"owner":null,"state":"open","title":"gamma","weight":null})"
        },
        {"tasks.find", Map{}, R"(["alpha","beta","gamma"])"},
        {"tasks.find", Map{{"where", Map{{"state", "open"}}}}, R"(["alpha","gamma"])"},
        {"tasks.find", Map{{"where", Map{{"title", List{"beta", "gamma", "x"}}}}}, R"(["beta","gamma"])"},
        {"tasks.find", Map{{"where", Map{{"owner.name", "Bob"}}}}, R"(["beta"])"},
        {"tasks.find", Map{{"where", Map{{"labels.name", "green"}}}}, R"(["alpha"])"},
        {"tasks.find", Map{{"where", Map{{"weight", Map{{"gt", 5}}}}}}, R"(["beta"])"},
        {"tasks.find", Map{{"where", Map{{"title", Map{{"contains", "MM"}}}}}}, R"(["gamma"])"},
        {"tasks.find", Map{{"where", Map{{"title", Map{{"prefix", "be"}, {"ne", "x"}}}}}}, R"(["beta"])"},
        {"tasks.find", Map{{"where", Map{{"owner", Map{{"null", true}}}}}}, R"(["gamma"])"},
        {"tasks.find", Map{{"where", Map{{"owner", nullptr}}}}, R"(["gamma"])"},
        {"tasks.find", Map{{"options", Map{{"order", "-title"}, {"limit", 2}}}}, R"(["gamma","beta"])"},
        {"tasks.find", Map{{"options", Map{{"order", List{"state", "-title"}}, {"offset", 1}}}}, R"(["gamma","alpha"])"},
        {"tasks.first",
         Map{{"state", "done"}},
         R"({"closed_by":"x","id":2,"labels":[],"owner":2,"state":"done","title":"beta","weight":"10.00"})"},
        {"tasks.first", Map{{"title", "none"}}, "nothing"},
        {"tasks.count", Value(), "3"},
        {"tasks.count", Map{{"state", "open"}}, "2"},
        {"tasks.by_path", Value(), "2"},
        {"tasks.settings", Value(), R"("3")"},
        {"tasks.who", Value(), R"(["anna",true,false])"},
        {"tasks.nothing", Value(), "nothing"},
        {"tasks.caught", 9, R"({"left":3,"ok":false})"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(std::string(each.function) + each.argument.json());
        EXPECT_EQ(read(each.function, each.argument), each.want);
        EXPECT_EQ(write(each.function, each.argument), each.want) << "in a transaction";
    }
}

TEST_F(OperationTest, TellsMistakesOfAFunctionWithTheirPlace) {
    ASSERT_NO_FATAL_FAILURE(load({{"tasks", kTasks}}));
    struct Case {
        std::string_view function;
        Value argument;
        std::string_view want;
    } const cases[] = {
        {"tasks.nowhere", Value(), "there is no resource tusks"},
        {"tasks.find", Map{{"where", Map{{"titel", 1}}}}, "titel"},
        {"tasks.find", Map{{"where", Map{{"title", Map{{"like", "x"}}}}}}, "there is no operator like"},
        {"tasks.find", Map{{"where", Map{{"weight", "heavy"}}}}, "weight: cannot be heavy"},
        {"tasks.find", Map{{"options", Map{{"sort", "title"}}}}, "there is no option sort"},
        {"tasks.find", Map{{"options", Map{{"limit", -1}}}}, "limit is a whole number"},
        {"tasks.find", Map{{"options", Map{{"order", "nothing"}}}}, "nothing"},
        {"tasks.crash", Value(), "operations/tasks.lua:"},
        {"tasks.forever", Value(), "operations/tasks.lua:"},
        {"tasks.answer", "odd", "no header Content-Length"},
        {"tasks.answer", "split", "no header X"},
        {"tasks.refuse", "strangely", "there is no kind strangely"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(std::string(each.function) + each.argument.json());
        auto const got = read(each.function, each.argument);
        EXPECT_TRUE(got.starts_with("operation_failed because ") || got.starts_with("internal because ")) << got;
        EXPECT_NE(got.find(each.want), std::string::npos) << got;
    }
}

TEST_F(OperationTest, GivesAnswersAsTheirFunctionsSay) {
    ASSERT_NO_FATAL_FAILURE(load({{"tasks", kTasks}}));
    EXPECT_EQ(read("tasks.answer", "reply"), R"(202 X-Kind: a; {"a":1})");
    EXPECT_EQ(read("tasks.answer", "text"), "text/html <b>");
    EXPECT_EQ(read("tasks.answer", "short"), "text/plain; charset=utf-8 a");
    EXPECT_EQ(read("tasks.answer", "styled"), "text/html <b>");
    EXPECT_EQ(read("tasks.answer", "page"), "text/html <p><em>a</em></p>\n");
    EXPECT_TRUE(read("tasks.answer", "wrong").starts_with("operation_failed because text wants a text, and perhaps its media type"));
    EXPECT_EQ(read("tasks.answer", "away"), "302 to /elsewhere");
    EXPECT_THAT(read("tasks.answer", "nested"), ::testing::HasSubstr("value is a value, not another answer"));
    EXPECT_THAT(read("tasks.answer", "framed"), ::testing::HasSubstr("words and links stand around rows"));
    EXPECT_EQ(read("tasks.refuse", "invalid"), "invalid_document title:operation_invalid(not so)");
    EXPECT_EQ(read("tasks.refuse", "conflict"), "operation_conflict(not so)");
    EXPECT_EQ(read("tasks.refuse", "unavailable"), "operation_unavailable(not so)");
    rows_ = true;
    EXPECT_EQ(read("tasks.rows"), "list of rows 1 3");
    EXPECT_EQ(read("tasks.get", 2), "rows 2");
    EXPECT_EQ(read("tasks.nothing"), "nothing");
    EXPECT_EQ(read("tasks.answer", "framed"), R"(rows 2 by=naming {"self":"/tasks/2"})");
    EXPECT_THAT(read("tasks.answer", "misframed"), ::testing::HasSubstr("links are a table of names and values"));
    EXPECT_THAT(read("tasks.answer", "misworded"), ::testing::HasSubstr("the word by is to be a text"));
}

TEST_F(OperationTest, WritesRowsAsEditsAreWritten) {
    ASSERT_NO_FATAL_FAILURE(load({{"changes", kChanges}}));
    EXPECT_EQ(
        write("changes.add", Map{{"title", "delta"}, {"weight", 1.5}, {"labels", List{3}}}),
        R"({"closed_by":"","id":4,"labels":[3],"state":"open","title":"delta","weight":"1.50"})"
    );
    EXPECT_EQ(stored("SELECT action, object_id, request, user_name FROM change"), "create|4|r-1|anna");
    EXPECT_EQ(
        write("changes.close", 1),
        R"({"closed_by":"anna","extra":{"a":[1,2]},"id":1,"labels":[1,2],"owner":1,"state":"done","title":"alpha","weight":"2.50"})"
    );
    EXPECT_EQ(write("changes.add", Map{{"weight", 1}}), "invalid_document title:member_required");
    EXPECT_EQ(write("changes.own"), R"("own")") << "it reads what it wrote";
    EXPECT_EQ(write("changes.named", "red"), R"({"id":1,"name":"red"})");
    EXPECT_EQ(write("changes.named", "pink"), R"({"id":4,"name":"pink"})");
    EXPECT_EQ(write("changes.tag", List{3, 1}), "[1,2,3]");
    EXPECT_EQ(write("changes.untag", 2), "[1,3]");
    EXPECT_EQ(stored("SELECT source_id, target_id FROM task_labels WHERE source_id = 1"), "1|1 1|3");
    EXPECT_EQ(on_loop("changes.close", 3), R"({"closed_by":"anna","id":3,"labels":[],"state":"done","title":"gamma"})");
}

TEST_F(OperationTest, WritesNothingOfAFunctionThatFails) {
    ASSERT_NO_FATAL_FAILURE(load({{"changes", kChanges}}));
    EXPECT_EQ(write("changes.both"), "invalid_document name:not_unique");
    EXPECT_EQ(stored("SELECT count(*) FROM label"), "3");
    EXPECT_EQ(write("changes.careful"), R"({"id":4,"ok":false})") << "a refusal that was caught has written nothing";
    EXPECT_EQ(stored("SELECT name FROM label WHERE id > 3"), "new");
}

TEST_F(OperationTest, TakesKeysAsPathsHoldThem) {
    ASSERT_NO_FATAL_FAILURE(load({{"tasks", kTasks}}));
    EXPECT_EQ(read("tasks.get", "2"), read("tasks.get", 2));
    EXPECT_EQ(read("tasks.get", "two"), "not_found");
    EXPECT_EQ(read("tasks.get", "99999999999999999999"), "not_found");
    EXPECT_EQ(read("tasks.get", true).substr(0, 16), "operation_failed");
}

TEST_F(OperationTest, RemovesAllRowsThatMatch) {
    ASSERT_NO_FATAL_FAILURE(load({{"changes", kChanges}}));
    EXPECT_EQ(write("changes.clear", Map{{"name", Value(Map{{"prefix", "r"}})}}), "1");
    EXPECT_EQ(stored("SELECT count(*) FROM label"), "2");
    EXPECT_EQ(write("changes.clear", Map{{"nonsense", 1}}).substr(0, 16), "operation_failed");
    EXPECT_EQ(write("changes.clear", Map{}), "2");
    EXPECT_EQ(write("changes.clear", Map{}), "0");
}

TEST_F(OperationTest, HeedsTheRulesOfResources) {
    ASSERT_NO_FATAL_FAILURE(load({{"tasks", kTasks}, {"changes", kChanges}}));
    EXPECT_EQ(write("changes.remove", 1), "not_permitted");
    EXPECT_EQ(write("changes.purge", 1), "nothing");
    EXPECT_EQ(stored("SELECT count(*) FROM task"), "2");
    principal_.rights = nullptr;
    EXPECT_EQ(write("changes.close", 2), "not_permitted");
    principal_ = {};
    EXPECT_EQ(write("changes.add", Map{{"title", "x"}}), "login_required") << "as clients are told";
    principal_.anonymous = false;
    EXPECT_EQ(write("changes.add", Map{{"title", "x"}}), "not_permitted") << "a token that only reads";
    principal_ = {};
    EXPECT_EQ(read("tasks.get", 2).substr(0, 13), R"({"closed_by":)");
    trusted_ = true;
    EXPECT_EQ(write("changes.remove", 2), "nothing") << "jobs act for the app";
}

TEST_F(OperationTest, KnowsWhoCalls) {
    constexpr auto kWho = R"(
        local function list(values) return values and table.concat(values, ",") or "none" end
        function told()
          local claims = principal.claims
          return string.format("%s %s %s", list(principal.roles), list(principal.scopes), claims and claims.sub .. claims.n[1] or "none")
        end
        function may(asked) return principal:can(asked.verb, asked.resource) end
    )";
    ASSERT_NO_FATAL_FAILURE(load({{"who", kWho}}));
    EXPECT_EQ(read("who.told"), R"(" none none")");
    principal_.rights = std::make_shared<query::Rights const>(query::Rights{
        .permissions = {"tracker.change_task"}, .roles = {"chair", "ad"}, .scopes = {{"read", "write"}}, .claims = R"({"sub":"x","n":[7]})"
    });
    EXPECT_EQ(read("who.told"), R"("chair,ad read,write x7")");
    struct Case {
        std::string_view verb, resource, want;
    };
    auto const may = [this](Case const& each) { return read("who.may", Map{{"verb", each.verb}, {"resource", each.resource}}); };
    for (auto const& each : std::vector<Case>{
             {"read", "tasks", "true"},
             {"create", "labels", "true"},
             {"update", "tasks", "true"},
             {"delete", "tasks", "false"},
             {"remove", "tasks", "operation_failed"},
             {"read", "task", "operation_failed"},
         })
        EXPECT_EQ(may(each).substr(0, each.want.size()), each.want) << each.verb << " " << each.resource;
    principal_.may_write = false;
    EXPECT_EQ(may({"update", "tasks", ""}), "false") << "a token that only reads";
    principal_ = {};
    EXPECT_EQ(may({"create", "labels", ""}), "false");
    EXPECT_EQ(may({"read", "labels", ""}), "true");
}

TEST_F(OperationTest, RendersTextsByBothNames) {
    ASSERT_NO_FATAL_FAILURE(load({{"t", "function f(v) return text.template('{{ n }}!', v) .. template.render('{{ n }}?', v) end"}}));
    if (!jinja::available()) GTEST_SKIP() << "built without templates";
    EXPECT_EQ(read("t.f", Map{{"n", 3}}), R"("3!3?")");
}

TEST_F(OperationTest, WritesNothingWhereItOnlyReads) {
    ASSERT_NO_FATAL_FAILURE(load({{"changes", kChanges}}));
    EXPECT_TRUE(read("changes.add", Map{{"title", "x"}}).starts_with("operation_failed because this function only reads"));
    EXPECT_TRUE(read("changes.later", 1).starts_with("operation_failed because this function only reads"));
    EXPECT_EQ(stored("SELECT count(*) FROM task"), "3");
}

TEST_F(OperationTest, TellsWhatIsWrongWithFiles) {
    struct Case {
        std::string_view text;
        std::string_view want;
    } const cases[] = {
        {"function f( end", "operations/broken.lua:1"},
        {"function f()\n return dbb.get('tasks', 1)\nend", "operations/broken.lua:2: nobody defines dbb.get"},
        {"function f() return db.gett('tasks', 1) end", "did you mean db.get?"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.text);
        description::App app;
        app.scripts.push_back({"broken", "operations/broken.lua", std::string(each.text), false});
        auto const made = compile_scripts(app);
        EXPECT_FALSE(made.program);
        ASSERT_EQ(made.mistakes.size(), 1);
        EXPECT_NE(describe(made.mistakes[0]).find(each.want), std::string::npos) << describe(made.mistakes[0]);
    }
    description::App app;
    app.scripts.push_back({"deeds", "operations/deeds.lua", "function act() end", false});
    app.operations.emplace_back().target = "deeds.akt";
    auto const made = compile_scripts(app);
    ASSERT_EQ(made.mistakes.size(), 1);
    EXPECT_NE(describe(made.mistakes[0]).find("there is no function deeds.akt; did you mean deeds.act?"), std::string::npos);
}

TEST_F(OperationTest, StartsJobsWithTheirCalls) {
    ASSERT_NO_FATAL_FAILURE(load({{"changes", kChanges}}));
    EXPECT_TRUE(write("changes.later", 1).starts_with(R"({"created":")"));
    EXPECT_EQ(stored("SELECT name, status, object_type, object_id FROM run"), "close it|pending|tracker.task|1");
    EXPECT_EQ(
        stored("SELECT name, call, arguments, state, user_name, request, shown, due <= created FROM koine_job"),
        "close it|changes.close|{\"id\":1}|waiting|anna|r-1|1|1"
    );
    write("changes.soon");
    EXPECT_EQ(stored("SELECT (due - created) / 1000000 BETWEEN 59 AND 60 FROM koine_job WHERE id = 2"), "1");
}

}  // namespace
}  // namespace koine::operation
