#include "operation/members.hpp"

#include "format/document.hpp"
#include "operation/testing.hpp"
#include "operation/writes.hpp"
#include "query/planner.hpp"

namespace koine::operation {
namespace {

using testing::OperationTest;

constexpr std::string_view kTeams = R"(
entities:
  team:
    fields: {name: text(50), founded: datetime null}
  player:
    fields:
      name: text(50)
      goals: int null
      captain: bool = false
      extra: json null
      team: ref(team) null set_null inverse(players)
      pin: secret null
  thing:
    fields: {code: json null}
resources:
  teams:
    entity: team
    members: [id, {motto: {lua: teams.motto, needs: [name, founded], type: text(30)}}, {players: {view: brief}}, {size: {count: players}}]
    views: {brief: {only: [motto]}}
    endpoints: [crud]
  players:
    entity: player
    members:
    - [id, name]
    - rank: {lua: players.rank, needs: [name, goals, captain, team.name, team, extra], type: json}
    - team: {view: brief}
    - {inner: {group: {rows: {lua: players.rows, type: int}}}}
    views: {brief: {only: [rank, inner]}, plain: {only: [id, name]}}
    endpoints: [crud]
  recursive: {entity: player, members: [id, {same: {lua: players.same, needs: [id]}}]}
  reading: {entity: player, members: [id, {people: {lua: players.people, type: int}}, {hidden: {lua: players.hidden, type: int}}]}
  writing: {entity: player, members: [id, {added: {lua: players.add, type: int}}]}
  guarded: {entity: thing, members: [id], allow: {read: staff}}
)";

constexpr auto kTeamsLua = R"(
function motto(teams)
  local r = list{}
  for i, team in ipairs(teams) do r[i] = team.founded and team.name .. " since " .. team.founded:sub(1, 4) or null end
  return r
end
)";

constexpr auto kPlayersLua = R"(
function rank(players)
  local r = list{}
  for i, p in ipairs(players) do
    r[i] = map({n = p.name, g = p.goals, c = p.captain, t = p["team.name"], k = p.team, x = p.extra, dotted = p["goals"] == p.goals}, {"n"})
  end
  return r
end
function rows(players)
  local r = list{}
  for i = 1, #players do r[i] = #players end
  return r
end
function same(players)
  local r = list{}
  for i, p in ipairs(players) do r[i] = db.get("recursive", p.id, {view = "full"}) end
  return r
end
function people(players)
  local r = list{}
  for i = 1, #players do r[i] = db.count("people") end
  return r
end
function hidden(players) return db.find("guarded") end
function add(players) return list{db.insert("labels", {name = "x"}).id} end
function full(id) return db.get("players", id, {view = "full"}) end
function plain(id) return db.get("players", id) end
function list_full() return db.find("teams", {}, {view = "full"}) end
)";

class MembersTest : public OperationTest {
protected:
    void load_teams() {
        ASSERT_NO_FATAL_FAILURE(load({{"teams", kTeamsLua}, {"players", kPlayersLua}}, testing::kJobsSection, kTeams));
        run_sql(R"(
INSERT INTO team (id, name, founded) VALUES (1, 'Reds', '1899-11-29T00:00:00.000000Z'), (2, 'Blues', NULL);
INSERT INTO player (id, name, goals, captain, extra, team_id) VALUES
  (1, 'Ann', 3, 1, '{"a":[1]}', 1), (2, 'Bea', NULL, 0, NULL, NULL), (3, 'Cid', 0, 0, 'null', 2), (4, 'Dot', 1, 0, '"x"', 1))");
    }

    query::Query all(std::string_view resource, std::string_view view = "full") const {
        auto const* found = book_->find(resource);
        query::Query query;
        query.relation = book_->model()[found->entity].name;
        query.selection = found->view(view)->selection;
        query::OrderTerm key;
        key.field.name = "id";
        query.orders.push_back({{}, {key}});
        return query;
    }

    /// What a read answers, its members filled on the loop; the same in a transaction. Else why not.
    std::string answered(query::Query const& query) {
        auto const text = waited(read(query));
        auto const within = in_transaction(query);
        EXPECT_EQ(text ? text.value() : told(text.error()), within ? within.value() : told(within.error())) << "in a transaction";
        return text ? text.value() : told(text.error());
    }
    std::string answered(std::string_view resource, std::string_view view = "full") { return answered(all(resource, view)); }
    using OperationTest::read;
    using OperationTest::told;
    static std::string told(Problem const& problem) { return told(Result<Outcome>(problem)); }

    static std::string text_of(Planned const& planned, query::Rows const& rows) {
        std::string text;
        for (std::uint32_t row = 0; row < rows.steps.front().count(); ++row) {
            if (row > 0) text += '\n';
            format::append_json(planned.program, rows, row, {}, text);
        }
        return text;
    }

    Caller caller() const { return {principal_, "r-1"}; }

    Awaitable<Result<std::string>> read(query::Query const& query) {
        Statements statements(worker_->session());
        KOINE_CO_TRY(auto const planned, book_->planned(query));
        Arena texts;
        std::vector<query::Argument> arguments;
        KOINE_CO_TRY(query::bind(*planned->plan, query, 1000, texts, arguments));
        KOINE_CO_TRY(auto const prepared, statements.of(planned->plan));
        query::Rows rows;
        auto ran = co_await worker_->session().run(prepared, arguments, {1000, 1 << 20}, nullptr, rows);
        if (!ran) co_return ran.as_failure();
        KOINE_CO_TRY(co_await fill_on(*book_, planned->program, rows, caller(), statements, nullptr));
        co_return text_of(*planned, rows);
    }

    Result<std::string> in_transaction(query::Query const& query) {
        std::string text;
        std::optional<Problem> failed;
        store::Work const work = [&](store::Transaction& transaction) -> Result<void> {
            query::Rows rows;
            auto const planned = read_rows(*book_, query, transaction, rows, 1000);
            if (!planned) return failed = planned.error(), planned.error();
            auto const filled = fill_in(*book_, planned.value()->program, rows, caller(), transaction);
            if (!filled) return failed = filled.error(), filled.error();
            text = text_of(*planned.value(), rows);
            return outcome::success();
        };
        (void)waited(worker_->session().transact(work, nullptr));
        if (failed) return *failed;
        return text;
    }
};

TEST_F(MembersTest, FunctionsGiveMembersOfAllRowsAtOnce) {
    ASSERT_NO_FATAL_FAILURE(load_teams());
    struct {
        std::string_view resource, view;
        std::string_view want;
    } const cases[] = {
        {"teams",
         "full",
         R"({"id":1,"motto":"Reds since 1899","players":[{"rank":{"n":"Ann","c":true,"dotted":true,"g":3,"k":1,"t":"Reds","x":{"a":[1]}},"inner":{"rows":3}},{"rank":{"n":"Dot","c":false,"dotted":true,"g":1,"k":1,"t":"Reds","x":"x"},"inner":{"rows":3}}],"size":2}
{"id":2,"motto":null,"players":[{"rank":{"n":"Cid","c":false,"dotted":true,"g":0,"k":2,"t":"Blues"},"inner":{"rows":3}}],"size":1})"},
        {"teams", "brief", "{\"motto\":\"Reds since 1899\"}\n{\"motto\":null}"},
        {"players",
         "full",
         R"({"id":1,"name":"Ann","rank":{"n":"Ann","c":true,"dotted":true,"g":3,"k":1,"t":"Reds","x":{"a":[1]}},"team":{"motto":"Reds since 1899"},"inner":{"rows":4}}
{"id":2,"name":"Bea","rank":{"n":"Bea","c":false,"dotted":true},"team":null,"inner":{"rows":4}}
{"id":3,"name":"Cid","rank":{"n":"Cid","c":false,"dotted":true,"g":0,"k":2,"t":"Blues"},"team":{"motto":null},"inner":{"rows":4}}
{"id":4,"name":"Dot","rank":{"n":"Dot","c":false,"dotted":true,"g":1,"k":1,"t":"Reds","x":"x"},"team":{"motto":"Reds since 1899"},"inner":{"rows":4}})"
        },
        {"players",
         "plain",
         "{\"id\":1,\"name\":\"Ann\"}\n{\"id\":2,\"name\":\"Bea\"}\n{\"id\":3,\"name\":\"Cid\"}\n{\"id\":4,\"name\":\"Dot\"}"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(fmt::format("{}.{}", each.resource, each.view));
        EXPECT_EQ(answered(each.resource, each.view), each.want);
    }
    auto const plain = book_->planned(all("players", "plain"));
    ASSERT_TRUE(plain);
    EXPECT_TRUE(plain.value()->program.blanks.empty()) << "who asks for none pays for none";
}

TEST_F(MembersTest, PagesOfAnyLengthCallEachFunctionOnce) {
    ASSERT_NO_FATAL_FAILURE(load_teams());
    run_sql("DELETE FROM player");
    EXPECT_EQ(answered("players"), "");
    auto query = all("players");
    query.selection = book_->find("players")->only({"inner"});
    ASSERT_TRUE(query.selection);
    for (int const rows : {0, 1, 50}) {
        run_sql(fmt::format(
            "DELETE FROM player; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0}) "
            "INSERT INTO player (id, name, captain) SELECT i, 'p' || i, 0 FROM n WHERE {0} > 0",
            rows
        ));
        std::string want;
        for (int i = 0; i < rows; ++i) want += fmt::format("{}{{\"inner\":{{\"rows\":{}}}}}", i == 0 ? "" : "\n", rows);
        EXPECT_EQ(answered(query), want);
    }
    auto const planned = book_->planned(query);
    ASSERT_TRUE(planned);
    EXPECT_EQ(planned.value()->program.blanks.size(), 1U);
    EXPECT_EQ(planned.value()->plan->steps.front().select.columns.size(), 2U) << "the key and its own cell: nothing of what others need";
}

TEST_F(MembersTest, FunctionsActByTheRulesOfWhoReadsAndNeverWrite) {
    ASSERT_NO_FATAL_FAILURE(load_teams());
    auto query = all("reading");
    query.selection = book_->find("reading")->only({"id", "people"});
    EXPECT_EQ(answered(query).substr(0, 23), "{\"id\":1,\"people\":2}\n{\"i");
    EXPECT_EQ(answered("reading"), "not_permitted");
    EXPECT_TRUE(answered("writing").starts_with("operation_failed because this function only reads")) << answered("writing");
    EXPECT_EQ(stored("SELECT count(*) FROM label"), "3");
    auto const endless = answered("recursive");
    EXPECT_TRUE(endless.starts_with("operation_failed because functions of members read rows that have such members")) << endless;
}

TEST_F(MembersTest, FunctionsSeeThemInDocuments) {
    ASSERT_NO_FATAL_FAILURE(load_teams());
    struct {
        std::string_view function;
        std::string_view want;
    } const cases[] = {
        {"players.full",
         R"({"id":3,"inner":{"rows":1},"name":"Cid","rank":{"c":false,"dotted":true,"g":0,"k":2,"n":"Cid","t":"Blues"},"team":{"motto":null}})"
        },
        {"players.plain", R"({"captain":false,"goals":0,"id":3,"name":"Cid","team":2})"},
    };
    for (auto const& each : cases) {
        EXPECT_EQ(OperationTest::read(each.function, 3), each.want);
        EXPECT_EQ(write(each.function, 3), each.want) << "in a transaction";
    }
}

/// One resource for each type, whose function gives back what the row's `code` is.
constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
    {"int", "int"},
    {"small", "int(0..9)"},
    {"text", "text(3)"},
    {"bool", "bool"},
    {"json", "json"},
    {"object", "json(object)"},
    {"list", "list(int)"},
    {"time", "datetime"},
    {"decimal", "decimal(4.1)"},
    {"choice", "enum(a|b)"},
    {"real", "float"},
};

constexpr auto kEcho = R"(
function echo(things)
  local r = list{}
  for i, thing in ipairs(things) do r[i] = thing.code == nil and null or thing.code end
  return r
end
function few(things) return list{} end
function more(things) return {1, 2, 3} end
function mapped(things) return {a = 1} end
function none(things) end
function one(things) return 1 end
function odd(things) return list{1, ipairs} end
function endless(things) return list{1, 1 / 0} end
function nested(things) return list{{1, a = 2}, 1} end
function refuses(things) problem("conflict", {message = "not now"}) end
function crashes(things) return things[1].code + {} end
function forever(things) while true do end end
)";

std::string echo_app() {
    std::string text = "entities: {thing: {fields: {code: json null}}}\nresources:\n";
    for (auto const& [name, type] : kTypes)
        text +=
            fmt::format("  as-{}: {{entity: thing, members: [id, {{v: {{lua: echo.echo, needs: [code], type: \"{}\"}}}}]}}\n", name, type);
    for (auto const* name : {"few", "more", "mapped", "none", "one", "odd", "endless", "nested", "refuses", "crashes", "forever"})
        text += fmt::format("  {}: {{entity: thing, members: [id, {{v: {{lua: echo.{}, needs: [code]}}}}]}}\n", name, name);
    return text;
}

TEST_F(MembersTest, WhatFunctionsGiveIsOfTheMembersType) {
    ASSERT_NO_FATAL_FAILURE(load({{"echo", kEcho}}, testing::kJobsSection, echo_app()));
    struct {
        std::string_view resource, code, want;
    } const cases[] = {
        {"as-int", "5", "5"},
        {"as-int", "-2147483648", "-2147483648"},
        {"as-int", "\"12\"", "12"},
        {"as-int", "2147483648", "!number_too_large value=2147483648"},
        {"as-int", "\"x\"", "!not_an_integer value=x"},
        {"as-int", "2.5", "!not_an_integer value=2.5"},
        {"as-int", "[1]", "!not_an_integer"},
        {"as-int", "null", "null"},
        {"as-small", "10", "!number_too_large value=10"},
        {"as-text", "\"a\\u0000b\"", "!not_a_text"},
        {"as-text", "\"\"", "\"\""},
        {"as-text", "12", "\"12\""},
        {"as-text", "\"abcd\"", "!text_too_long value=abcd"},
        {"as-text", "{\"a\":1}", "!not_a_text"},
        {"as-bool", "true", "true"},
        {"as-bool", "false", "false"},
        {"as-bool", "\"perhaps\"", "!not_a_boolean"},
        {"as-json", "{\"a\":[1,null,\"x\"]}", "{\"a\":[1,null,\"x\"]}"},
        {"as-json", "\"text\"", "\"text\""},
        {"as-json", "[]", "[]"},
        {"as-json", "2.5", "2.5"},
        {"as-json", "false", "false"},
        {"as-object", "{}", "{}"},
        {"as-object", "[]", "!not_json_object"},
        {"as-list", "[1,\"2\"]", "[1,2]"},
        {"as-list", "{}", "[]"},
        {"as-list", "[\"x\"]", "!not_an_integer"},
        {"as-time", "\"2026-01-02T03:04:05+02:00\"", "\"2026-01-02T01:04:05.000000+00:00\""},
        {"as-time", "\"soon\"", "!not_a_datetime"},
        {"as-decimal", "\"2.5\"", "\"2.5\""},
        {"as-decimal", "2", "\"2.0\""},
        {"as-decimal", "\"2.55\"", "!too_many_decimals"},
        {"as-choice", "\"b\"", "\"b\""},
        {"as-choice", "\"c\"", "!not_a_choice value=c"},
        {"as-real", "2.5", "2.5"},
        {"as-real", "1e300", "1e+300"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(fmt::format("{} {}", each.resource, each.code));
        run_sql(fmt::format("DELETE FROM thing; INSERT INTO thing (id, code) VALUES (1, NULL), (2, '{}')", each.code));
        auto const got = answered(each.resource);
        if (!each.want.starts_with('!')) {
            EXPECT_EQ(got, fmt::format("{{\"id\":1,\"v\":null}}\n{{\"id\":2,\"v\":{}}}", each.want));
            continue;
        }
        constexpr std::string_view want = "operation_failed because operations/echo.lua:2: echo.echo gives no ";
        EXPECT_TRUE(got.starts_with(want)) << got;
        EXPECT_NE(got.find(each.want.substr(1)), std::string::npos) << got;
    }
}

TEST_F(MembersTest, AFunctionThatFailsItsRowsIsToldWithItsPlace) {
    ASSERT_NO_FATAL_FAILURE(load({{"echo", kEcho}}, testing::kJobsSection, echo_app()));
    struct {
        std::string_view resource, want;
    } const cases[] = {
        {"few", "operation_failed because operations/echo.lua:7: echo.few gives 0 values for 2 rows; where there is none, give null"},
        {"more", "operation_failed because operations/echo.lua:8: echo.more gives 3 values for 2 rows"},
        {"mapped", "operation_failed because operations/echo.lua:9: echo.mapped gives a table that is no list for 2 rows"},
        {"none", "operation_failed because operations/echo.lua:10: echo.none gives no list of values for 2 rows"},
        {"one", "operation_failed because operations/echo.lua:11: echo.one gives no list of values for 2 rows"},
        {"odd", "operation_failed because operations/echo.lua:12: echo.odd gives nothing that can be told for row 2"},
        {"endless", "operation_failed because operations/echo.lua:13: echo.endless gives nothing that can be told for row 2"},
        {"nested", "operation_failed because operations/echo.lua:14: echo.nested gives nothing that can be told for row 1"},
        {"refuses", "operation_conflict(not now)"},
        {"crashes", "internal because operations/echo.lua:16"},
        {"forever", "internal because the script used more instructions than it may; operations/echo.lua:17"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.resource);
        run_sql("DELETE FROM thing");
        EXPECT_EQ(answered(each.resource), "") << "nothing is called for no rows";
        run_sql("INSERT INTO thing (id, code) VALUES (1, '1'), (2, '2')");
        auto const got = waited(read(all(each.resource)));
        ASSERT_FALSE(got);
        EXPECT_TRUE(told(got.error()).starts_with(each.want)) << told(got.error());
    }
}

TEST_F(MembersTest, FunctionsThatAreNotThereAreFoundBeforehand) {
    auto const loaded = description::load_app_texts(
        {{"app.yaml", R"(
entities: {thing: {fields: {code: json null}}}
mixins: {told: {after: [{v: {lua: echo.eko}}]}}
resources:
  things: {entity: thing, mixins: [told], members: [id, {g: {group: {w: {lua: echo.echoes}}}}]}
  more: {entity: thing, mixins: [told], members: [id, {x: {lua: echo.echo}}]}
)"},
         {"operations/echo.lua", "function echo(rows) return rows end"}}
    );
    ASSERT_TRUE(loaded.app);
    auto const scripts = compile_scripts(*loaded.app);
    EXPECT_FALSE(scripts.program);
    std::string mistakes;
    for (auto const& mistake : scripts.mistakes) mistakes += describe(mistake) + "\n";
    EXPECT_EQ(mistakes, R"(app.yaml:5:70: there is no function echo.echoes; did you mean echo.echo?
app.yaml:3:26: there is no function echo.eko; did you mean echo.echo?
)");
}

}  // namespace
}  // namespace koine::operation
