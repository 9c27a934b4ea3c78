#include "script/testing.hpp"

#include <ctime>

namespace koine::script {
namespace {

struct Bomb {
    std::string_view name;
    std::string_view text;
    std::string_view want;  ///< what `told` begins with; "limit" any limit
};

// Every one ended slowly or never in a sandbox that only counts instructions.
constexpr Bomb kBombs[] = {
    {"endless", "function main() while true do end end", "limit"},
    {"pattern", "function main() return (('a'):rep(100000)):find('.-b') end", "limit"},
    {"three quantifiers", "function main() return (('a'):rep(1000)):find('.-.-b') end", "limit"},
    {"greedy", "function main() return (('a'):rep(100000)):gsub('a*a*a*b', '') end", "limit"},
    {"gmatch", "function main() for x in (('a'):rep(100000)):gmatch('a-b') do end end", "limit"},
    {"set", "function main() return (('a'):rep(100000)):find('[' .. ('b'):rep(100000) .. ']') end", "limit"},
    {"balance", "function main() return (('('):rep(1000000)):find('%b()') end", "limit"},
    {"empty rep", "function main() return ('').rep('', 1e9, '') end", "\"\""},
    {"rep", "function main() return ('x'):rep(1e10) end", "operations/test.lua:1: resulting string too large"},
    {"move", "function main() table.move({}, 1, 1e8, 2) end", "limit"},
    {"concat", "function main() return table.concat(setmetatable({}, {__len = function() return 1e9 end, __index = type})) end", "limit"},
    {"unpack", "function main() return table.unpack({}, 1, 1e9) end", "limit"},
    {"pcall", "function main() while true do pcall(function() while true do end end) end end", "limit"},
    {"pcall nested", "function main() local function f() while true do pcall(f) end end f() end", "limit"},
    {"pcall twice", "function f() pcall(f) pcall(f) end function main() f() end", "limit"},
    {"xpcall", "function main() return xpcall == nil end", "true"},
    {"gc",
     "function main() setmetatable({}, {['__' .. 'gc'] = function() while true do end end}) end",
     "operations/test.lua:1: __gc is not available"},
    {"close later",
     "function main() local m = {} local v = setmetatable({}, m) m['__cl' .. 'ose'] = function() while true do end end "
     "for i in next, {1}, nil, v do while true do end end end",
     "limit"},
    {"close in pcall",
     "function main() local m = {} local v = setmetatable({}, m) m['__cl' .. 'ose'] = function() while true do end end "
     "while true do pcall(function() for i in next, {1}, nil, v do error('x') end end) end end",
     "limit"},
    {"format", "function main() return ('%99999d'):format(1) end", "operations/test.lua:1: invalid conversion specification: '%99999d'"},
    {"pack", "function main() return #string.pack('c2000000000', '') end", "limit: memory"},
    {"sort",
     "function main() local t = {} for i = 1, 1000 do t[i] = i end table.sort(t, function() return true end) end",
     "operations/test.lua:1: invalid order function"},
    {"sort in C",
     "function main() local t = {} for i = 1, 300000 do t[i] = (i * 7919) % 100003 end while true do table.sort(t) table.sort(t, "
     "function(a, b) return a > b end) end end",
     "limit"},
    {"insert", "function main() local t = {} while true do table.insert(t, 1, 1) end end", "limit"},
    {"utf8", "function main() local s = ('ä'):rep(400000) while true do utf8.len(s) end end", "limit"},
    {"upper", "function main() local s = ('a'):rep(1000000) while true do s:upper() end end", "limit"},
    {"zeros",
     "function main() local a, b = ('\\0'):rep(1000000), ('\\0'):rep(1000000) .. 'x' while true do local c = a < b end end",
     "limit"},
    {"numbers in texts", "function main() local s = ('1'):rep(1000000) while true do local c = s + 1 end end", "limit"},
    {"doubling", "function main() local s = 'x' while true do s = s .. s end end", "limit: text"},
    {"many texts", "function main() local t = {} while true do t[#t + 1] = ('x'):rep(100000) .. #t end end", "limit"},
    {"memory in pcall", "function main() while true do pcall(function() local t = {} while true do t[#t + 1] = {} end end) end end", "limit"
    },
    {"recursion", "function main() local function f() return 1 + f() end return f() end", "limit"},
    {"recursion in C", "function main() local function f(s) return (s:gsub('.', f)) end return f('x') end", "C stack overflow"},
    {"sort recursion", "function main() local function f() table.sort({1, 2, 3}, f) end f() end", "C stack overflow"},
    {"index chain",
     "function main() local t = {} for i = 1, 3000 do t = setmetatable({}, {__index = t}) end while true do local x = t.x end end",
     "operations/test.lua:1: '__index' chain too long; possible loop"},
    {"index loop",
     "function main() local t = {} setmetatable(t, {__index = function(_, k) return t[k] end}) return t.x end",
     "operations/test.lua:1: "},
    {"metatable loop",
     "function main() local t = {} setmetatable(t, {__index = t}) return t.x end",
     "operations/test.lua:1: '__index' chain too long; possible loop"},
    {"tostring", "function main() error(setmetatable({}, {__tostring = function() while true do end end})) end", "an error that is a table"
    },
    {"tostring called", "function main() tostring(setmetatable({}, {__tostring = function() while true do end end})) end", "limit"},
    {"error nil", "function main() error() end", "an error that is a nil"},
    {"long error", "function main() error(('x'):rep(500000)) end", "operations/test.lua:1: xxxx"},
    {"errors kept",
     "function main() local t = {} while true do t[#t + 1] = {pcall(problem, 'x', {text = ('y'):rep(1000)})} end end",
     "limit"},
    {"large fields", "function main() local s = ('x'):rep(1000000) while true do pcall(problem, 'x', {s, s, s, s}) end end", "limit"},
    {"next",
     "function main() local t = {} for i = 1, 100000 do t['k' .. i] = i end for k in pairs(t) do t[k] = nil end while true do next(t) end "
     "end",
     "limit"},
    {"rehash",
     "function main() local t = {} for i = 1, 65536 do t[i .. 'k'] = i end local i = 1 while true do t[i .. 'k'] = nil t[-i] = 1 i = i % "
     "65536 + 1 end end",
     "limit"},
    {"re", "function main() local s = ('a'):rep(1000000) while true do re.test(s, '(a|b|c)*d(e|f)$') end end", "limit"},
    {"re gsub", "function main() local s = ('a'):rep(300000) while true do re.gsub(s, 'a', 'bbbb') end end", "limit"},
    {"re compiles", "function main() local i = 0 while true do i = i + 1 re.test('', 'a{100}b{100}' .. i) end end", "limit"},
    {"json", "function main() local s = '[' .. ('0,'):rep(400000) .. '0]' while true do codec.json.decode(s) end end", "limit"},
    {"hash", "function main() local s = ('a'):rep(1000000) while true do crypto.hash('sha512', s) end end", "limit"},
    {"weak", "function main() return pcall(setmetatable, {}, {['__' .. 'mode'] = 'k'}) end", "false"},
};

TEST(ScriptSandbox, EndsEveryBomb) {
    for (auto const& [name, text, want] : kBombs) {
        SCOPED_TRACE(name);
        auto const begun = std::clock();
        auto const got = run(std::string(text));
        EXPECT_TRUE(got.starts_with(want)) << got.substr(0, 300);
        EXPECT_LT(got.size(), 2000U);
        EXPECT_LT(std::clock() - begun, 3 * CLOCKS_PER_SEC) << "the limit is 0.1 s; sanitizers take their part";
    }
}

TEST(ScriptSandbox, OffersNothingThatLeadsOut) {
    for (std::string_view const name :
         {"load",
          "loadstring",
          "loadfile",
          "dofile",
          "require",
          "print",
          "collectgarbage",
          "rawset",
          "xpcall",
          "coroutine",
          "os",
          "io",
          "debug",
          "package",
          "_G",
          "string.dump",
          "math.randomseed",
          "getfenv"}) {
        SCOPED_TRACE(name);
        EXPECT_EQ(eval("return " + std::string(name) + " == nil"), "true");
    }
}

TEST(ScriptSandbox, CannotBeChanged) {
    struct {
        std::string_view body;
        std::string_view want;
    } const cases[] = {
        {"string.upper = 1", "operations/test.lua:2: 'upper' can't be set: the table is read-only"},
        {"codec.json.encode = 1", "operations/test.lua:2: 'encode' can't be set: the table is read-only"},
        {"table.insert(string, 1)", "the table is read-only"},
        {"return getmetatable('')", "false"},
        {"return getmetatable(string)", "false"},
        {"return getmetatable(_ENV)", "false"},
        {"return getmetatable(null)", "false"},
        {"setmetatable(_ENV, {})", "operations/test.lua:2: cannot change a protected metatable"},
        {"setmetatable(string, {})", "operations/test.lua:2: cannot change a protected metatable"},
        {"local n, t = pairs(string) t.upper = 1", "operations/test.lua:2: 'upper' can't be set"},
        {"local k = next(string) return type(k)", "\"string\""},
        {"return rawget(string, 'upper') == string.upper", "true"},
    };
    for (auto const& [body, want] : cases) {
        SCOPED_TRACE(body);
        EXPECT_TRUE(eval(std::string(body)).starts_with(want)) << eval(std::string(body));
    }
}

TEST(ScriptSandbox, NothingOfACallIsThereForTheNext) {
    auto const program = compiled(R"(
        local limits = {low = 1, deep = {x = 1}}
        table_of = {n = 1}
        Point = {}
        Point.__index = Point
        function Point.new(x) return setmetatable({x = x}, Point) end
        function Point:double() return self.x * 2 end
        local origin = Point.new(5)
        function main(what)
            if what == 'global' then seen = (seen or 0) + 1 return seen end
            if what == 'function' then local was = main main = nil return was ~= nil end
            if what == 'local' then limits.low = 2 end
            if what == 'deep' then limits.deep.x = 2 end
            if what == 'table' then table_of.n = 2 end
            if what == 'method' then Point.double = nil end
            if what == 'metatable' then getmetatable(Point.new(1)).__index = {} end
            if what == 'object' then origin.x = 6 end
            if what == 'read' then
                local names = {}
                for k, v in pairs(limits) do names[#names + 1] = k end
                table.sort(names)
                return {names, limits.deep.x, limits, Point.new(3):double(), origin:double(), getmetatable(Point.new(1)) == Point}
            end
        end)");
    auto state = State::make(program).value();
    auto const call = [&](std::string what) {
        Call made(*state, *program->find("test.main"));
        made.start({Value(std::move(what))});
        return told(made);
    };
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(call("global"), "1");
        EXPECT_EQ(call("function"), "true");
        for (std::string const what : {"local", "deep", "table", "method", "metatable", "object"})
            EXPECT_NE(call(what).find("can't be set: the table is read-only"), std::string::npos) << what << call(what);
        EXPECT_EQ(call("read"), R"([["deep","low"],1,{"deep":{"x":1},"low":1},6,10,true])");
    }
    EXPECT_TRUE(state->usable());
}

TEST(ScriptSandbox, RefusesFunctionsThatKeepWhatTheyChange) {
    for (std::string_view const text :
         {"local n = 0 function main()\n n = n + 1 end",
          "local n = 0 function main() return (function()\n n = n + 1 end)() end",
          "local next_id = (function() local n = 0 return function()\n n = n + 1 return n end end)() function main() return next_id() end",
          "local t = {f = {}} do local n = 0 t.f.g = function()\n n = 1 end end function main() t.f.g() end"}) {
        SCOPED_TRACE(text);
        auto const made = Program::compile({{"a.lua", std::string(text)}}, {});
        ASSERT_EQ(made.mistakes.size(), 1U);
        EXPECT_EQ(
            describe(made.mistakes[0]),
            "a.lua:2: a function changes 'n', a local of the file, which would outlive the call: make it a global, or keep it elsewhere"
        );
    }
    EXPECT_EQ(run("function main() local n = 0 local function f() n = n + 1 end f() f() return n end"), "2");
}

}  // namespace
}  // namespace koine::script
