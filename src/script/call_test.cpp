#include "script/testing.hpp"

#include <algorithm>
#include <thread>

namespace koine::script {
namespace {

HostFunction immediate(std::string name, Handler handler) {
    return {std::move(name), HostFunction::Mode::immediate, std::move(handler), false};
}
HostFunction yielding(std::string name) { return {std::move(name), HostFunction::Mode::yields, nullptr, false}; }

std::vector<HostFunction> hosts() {
    return {
        yielding("db.get"),
        yielding("db.insert"),
        immediate(
            "setting",
            [](Arguments const& arguments, Pusher& result) -> Result<void> {
                if (arguments[0].type() != Class::text) return Problem(Reason::invalid_parameter).with("parameter", "name");
                if (arguments[0].text() == "throw") throw std::runtime_error("oops");
                result.text("value of " + std::string(arguments[0].text()));
                return outcome::success();
            }
        ),
        immediate(
            "count",
            [](Arguments const& arguments, Pusher& result) -> Result<void> {
                *static_cast<int*>(arguments.context()) += static_cast<int>(arguments[0].integer());
                result.begin_list(2);
                result.integer(static_cast<std::int64_t>(arguments.size()));
                result.null();
                result.end_list();
                return outcome::success();
            }
        ),
        {"principal.can",
         HostFunction::Mode::immediate,
         [](Arguments const& arguments, Pusher& result) -> Result<void> {
             bool is = false;
             arguments[0].member("id", [&](Reader id) { is = id.integer() == 7; });
             result.boolean(is && arguments[1].text() == "read" && arguments[2].type() == Class::nothing);
             return outcome::success();
         },
         true},
    };
}

TEST(ScriptCall, WaitsForTheHostAndGoesOn) {
    auto const program = compiled(
        R"(function main(request)
               local row = db.get("droplets", request.id)
               local ok, e = pcall(db.insert, "actions", {droplet = row.id, kind = null})
               warn("late", 1, {x = 2})
               return {row = row, ok = ok, kind = e.kind, reason = e.reason, relation = e.relation, text = tostring(e)}
           end)",
        hosts()
    );
    auto state = State::make(program).value();
    for (int round = 0; round < 2; ++round) {
        Call call(*state, *program->find("test.main"));
        ASSERT_EQ(call.start({Value(Map{{"id", 5}})}), Call::Stage::waits);
        EXPECT_EQ(call.wait().function, *program->host("db.get"));
        EXPECT_EQ(call.wait().arguments, (std::vector<Value>{"droplets", 5}));
        Call::Stage stage{};
        std::thread([&] { stage = call.resume(Value(Map{{"id", 5}, {"name", "a"}})); }).join();
        ASSERT_EQ(stage, Call::Stage::waits);
        EXPECT_EQ(call.wait().arguments, (std::vector<Value>{"actions", Map{{"droplet", 5}, {"kind", nullptr}}}));
        EXPECT_EQ(call.resume(Problem(Reason::permission_denied).with("relation", "actions")), Call::Stage::done);
        EXPECT_EQ(
            told(call),
            R"({"kind":"forbidden","ok":false,"reason":"permission_denied","relation":"actions","row":{"id":5,"name":"a"},"text":"problem: forbidden"})"
        );
        EXPECT_EQ(call.notes(), (std::vector<Note>{{"late", {1, Map{{"x", 2}}}}}));
    }
    EXPECT_TRUE(state->usable());
}

TEST(ScriptCall, WaitsWithinMetamethodsAndIterators) {
    auto const text = R"(function main()
        local lazy = setmetatable({}, {__index = function(_, key) return db.get(key) end, __add = function(a, b) return db.get("sum") end})
        local got = {}
        for v in (function() return db.get("next") end) do got[#got + 1] = v if #got == 2 then break end end
        return {lazy.x, lazy + 1, select(2, pcall(function() return lazy.y end)), got}
    end)";
    auto const program = compiled(text, hosts());
    auto state = State::make(program).value();
    Call call(*state, *program->find("test.main"));
    auto stage = call.start();
    int count = 0;
    for (; stage == Call::Stage::waits; ++count) stage = call.resume(Value(count));
    EXPECT_EQ(told(call), "[2,3,4,[0,1]]");
    EXPECT_EQ(count, 5);
}

TEST(ScriptCall, CannotWaitWithinSortAndGsubUnlessServedInPlace) {
    auto const text = "function main() return (('ab'):gsub('.', function(c) return db.get(c) end)) end";
    EXPECT_EQ(
        run(text, {}, {}, hosts()),
        "operations/test.lua:1: db.get may wait, which can't be done inside a function given to sort or gsub; operations/test.lua:1, "
        "operations/test.lua:1"
    );
    CallOptions options;
    options.serve = [](Wait const& wait, Pusher& out) -> Result<void> {
        out.text("<" + *wait.arguments[0].text() + ">");
        return outcome::success();
    };
    EXPECT_EQ(run(text, {}, std::move(options), hosts()), R"("<a><b>")");
    CallOptions failing;
    failing.serve = [](Wait const&, Pusher&) -> Result<void> { return Problem(Reason::not_found).with("key", "1"); };
    EXPECT_EQ(run("function main() return db.get(1) end", {}, std::move(failing), hosts()), "problem not_found");
}

TEST(ScriptCall, ProblemsGoThroughAsTheyAre) {
    struct {
        std::string_view body;
        std::string_view want;
    } const cases[] = {
        {"setting(1)", "problem invalid_parameter"},
        {"setting('throw')", "oops"},
        {"return setting('x')", R"("value of x")"},
        {"problem('invalid', {field = 'kind', code = 12, message = 'no'})", R"(raised invalid {"code":12,"field":"kind","message":"no"})"},
        {"problem('gone')", "raised gone {}"},
        {"local ok, e = pcall(problem, 'invalid', {field = 'a'}) error(e)", R"(raised invalid {"field":"a"})"},
        {"local ok, e = pcall(problem, 'invalid', {field = 'a'}) return {e.kind, e.field, e.nothing == nil}", R"(["invalid","a",true])"},
        {"local e = select(2, pcall(setting)) e.x = 1",
         "operations/test.lua:1: attempt to index a userdata value (local 'e'); operations/test.lua:1 in main"},
        {"problem('x', {1, 2})", "operations/test.lua:1: problem: its fields are to be a table with names; operations/test.lua:1 in main"},
        {"local x = nil; return x.y", "operations/test.lua:1: attempt to index a nil value (local 'x'); operations/test.lua:1 in main"},
        {"error('own words', 0)", "own words; operations/test.lua:1 in main"},
    };
    for (auto const& [body, want] : cases) {
        SCOPED_TRACE(body);
        auto const got = run("function main() " + std::string(body) + " end", {}, {}, hosts());
        EXPECT_TRUE(got.starts_with(want.substr(0, want.find(" in main")))) << got;
    }
}

TEST(ScriptCall, GivesContextGlobalsAndMethods) {
    int counted = 0;
    CallOptions options;
    options.context = &counted;
    auto const list = hosts();
    options.globals = [](Pusher& push) {
        push.begin_map();
        push.key("principal");
        push.begin_map();
        push.key("id");
        push.integer(7);
        push.key("can");
        push.function(HostId{4});
        push.end_map();
        push.end_map();
    };
    auto const program =
        compiled("function main() local c = count(3) return {c, principal:can('read'), principal.id, unknown == nil} end", list);
    auto state = State::make(program).value();
    for (int round = 0; round < 2; ++round) {
        Call call(*state, *program->find("test.main"), options);
        call.start();
        EXPECT_EQ(told(call), "[[1,null],true,7,true]");
    }
    EXPECT_EQ(counted, 6);
    Call without(*state, *program->find("test.main"), CallOptions{{}, &counted, {}, {}});
    without.start();
    EXPECT_NE(told(without).find("global 'principal'"), std::string::npos) << told(without);
}

TEST(ScriptCall, CallsATableOfTheLibraryWhereTheHostSaysSo) {
    std::vector<HostFunction> const hosts = {
        {"text",
         HostFunction::Mode::immediate,
         [](Arguments const& arguments, Pusher& out) -> Result<void> {
             out.integer(static_cast<std::int64_t>(arguments.size()));
             return outcome::success();
         },
         false}
    };
    EXPECT_EQ(run("function main() return {text('a', 'b'), text(), text.slug('A')} end", {}, {}, hosts), R"([2,0,"a"])");
    EXPECT_EQ(run("function main() getmetatable(text).x = 1 end", {}, {}, hosts).find("operations/test.lua:1: 'x' can't be set"), 0);
    EXPECT_EQ(run("function main() return text.slug(text) end", {}, {}, hosts).find("operations/test.lua:1: bad argument #1"), 0);
    EXPECT_EQ(eval("return text('a')").find("operations/test.lua:2: attempt to call a table value"), 0);
}

TEST(ScriptCall, GivenUpWhileItWaitsClosesTheState) {
    auto const program = compiled("function main() pcall(db.get) end", hosts());
    Pool pool(program, {}, 1, 2);
    State* first = nullptr;
    {
        auto lease = pool.take().value();
        first = &*lease;
        Call call(*lease, *program->find("test.main"));
        EXPECT_EQ(call.start(), Call::Stage::waits);
        auto second = pool.take();
        ASSERT_TRUE(second);
        EXPECT_EQ(pool.take().error().reason(), Reason::overloaded);
    }
    auto lease = pool.take().value();
    EXPECT_NE(&*lease, nullptr);
    EXPECT_TRUE(lease->usable());
    (void)first;
}

TEST(ScriptCall, BatchedFunctionsTakeRowsAndGiveAValueForEach) {
    auto const program = compiled("function main(rows) local r = {} for i, row in ipairs(rows) do r[i] = row.a .. row.n end return r end");
    auto state = State::make(program).value();
    Call call(*state, *program->find("test.main"));
    call.start([](Pusher& push) {
        push.begin_list(3);
        for (int i = 0; i < 3; ++i) {
            push.begin_map(2);
            push.key("a");
            push.text("x");
            push.key("n");
            push.integer(i);
            push.end_map();
        }
        push.end_list();
    });
    std::string all;
    call.reader().each([&](Reader item, std::size_t index) {
        all += std::to_string(index) + "=" + std::string(item.text()) + " ";
        return true;
    });
    EXPECT_EQ(all, "0=x0 1=x1 2=x2 ");
}

TEST(ScriptCall, FailsWithWhatDoesNotFit) {
    StateLimits small;
    small.memory = 200'000;
    small.text = 1000;
    auto const program = compiled("function main(x) return #x end");
    auto state = State::make(program, small).value();
    Call call(*state, *program->find("test.main"));
    EXPECT_EQ(call.start({Value(std::string(5000, 'x'))}), Call::Stage::failed);
    EXPECT_EQ(told(call), "limit: text");
    EXPECT_FALSE(state->usable());
    StateLimits tiny;
    tiny.memory = 10'000;
    EXPECT_FALSE(State::make(program, tiny));
}

TEST(ScriptProgram, TellsFunctionsAndMistakes) {
    auto const made = Program::compile(
        {{"operations/locks.lua", "function check(request) return alerts.test(request) end"},
         {"operations/alerts.lua", "level = 1\nfunction test(x)\n return x end\nlocal function hidden() end"}},
        hosts()
    );
    ASSERT_TRUE(made.program);
    EXPECT_EQ(
        made.program->functions(),
        (std::vector<Function>{{"alerts.test", "operations/alerts.lua", 2}, {"locks.check", "operations/locks.lua", 1}})
    );
    EXPECT_FALSE(made.program->find("alerts.hidden"));
    auto state = State::make(made.program).value();
    Call call(*state, *made.program->find("locks.check"));
    call.start({Value("seen")});
    EXPECT_EQ(told(call), "\"seen\"");

    struct {
        std::vector<Source> sources;
        std::string_view want;
    } const cases[] = {
        {{{"a.lua", "x = = 1"}}, "a.lua:1: unexpected symbol near '='"},
        {{{"a.lua", "\n\nerror('no')"}}, "a.lua:3: no"},
        {{{"a.lua", "while true do end"}}, "a.lua: to load the file takes more instructions than it may"},
        {{{"a.lua", "x = setting('a')"}}, "a.lua:1: setting can't be called while the file is loaded"},
        {{{"a.lua", ""}, {"b/a.lua", ""}}, "b/a.lua: there are two files called 'a'"},
        {{{"string.lua", ""}}, "string.lua: the name 'string' is taken: call the file otherwise"},
        {{{"a-b.lua", ""}}, "a-b.lua: 'a-b' can't be a name in Lua"},
        {{{"a.lua", "\nlocal x <close> = nil"}}, "a.lua:2: <close> is not available"},
        {{{"a.lua", "local t = {}\nt.__gc = 1"}}, "a.lua:2: __gc is not available"},
        {{{"a.lua", "\033Lua"}}, "a.lua: "},
        {{{"a.lua", "it = ('x'):gmatch('x')"}}, "a.lua: the file keeps an iterator of gmatch, which would outlive a call"},
    };
    for (auto const& [sources, want] : cases) {
        SCOPED_TRACE(want);
        auto const refused = Program::compile(sources, hosts());
        ASSERT_FALSE(refused.mistakes.empty());
        EXPECT_TRUE(describe(refused.mistakes[0]).starts_with(want)) << describe(refused.mistakes[0]);
    }
}

TEST(ScriptProgram, FindsUnknownNames) {
    std::string many = "function big() return {";
    for (int i = 0; i < 300; ++i) many += "'k" + std::to_string(i) + "',";
    many += "missing_far} end\n";
    auto offered = hosts();
    offered.push_back(immediate("db.trusted", {}));
    Environment environment;
    environment.globals = {"principal"};
    auto const made = Program::compile(
        {{"a.lua", many + R"(function main(request)
    later = 1
    local d = db
    if later then return dbb.get(1), db.gett(2), db.get(3), alert.test() end
    return d.trusted("x"), b.test(), b.tset(), string.uper, ("x"):anything(), principal.id, constants.deep.x
end
constants = {deep = {}}
local own = db
function use() return own.trusted('y').get(), own[later], codec.json.encod end)"},
         {"b.lua", "function test() end"}},
        offered,
        environment
    );
    for (auto const& mistake : made.mistakes) ADD_FAILURE() << describe(mistake);
    std::vector<std::string> unknown;
    for (auto const& use : made.program->unknown()) unknown.push_back(use.file + ":" + std::to_string(use.line) + " " + use.name);
    EXPECT_EQ(
        unknown,
        (std::vector<std::string>{
            "a.lua:1 missing_far",
            "a.lua:5 alert.test",
            "a.lua:5 db.gett",
            "a.lua:5 dbb.get",
            "a.lua:6 b.tset",
            "a.lua:6 string.uper",
            "a.lua:10 codec.json.encod"
        })
    );
    std::vector<int> lines;
    for (auto const& use : made.program->uses_of("db.trusted")) lines.push_back(use.line);
    EXPECT_EQ(lines, (std::vector<int>{6, 10, 10}));
    for (std::string_view const name : {"db.get", "b.test", "string.upper", "codec.json.encode", "null"})
        EXPECT_TRUE(std::ranges::binary_search(made.program->names(), name)) << name;
}

}  // namespace
}  // namespace koine::script
