#include "script/testing.hpp"

namespace koine::script {
namespace {

struct Case {
    std::string_view body;
    std::string_view want;
};

void check(std::vector<Case> const& cases) {
    for (auto const& [body, want] : cases) {
        SCOPED_TRACE(body);
        EXPECT_EQ(eval(std::string(body)), want);
    }
}

TEST(ScriptValues, CrossOver) {
    check({
        {"return 1", "1"},
        {"return 1.0", "1.0"},
        {"return 2^53", "9007199254740992.0"},
        {"return 1/0", "null"},
        {"return 'a\\n\"\\255'", R"("a\n\"�")"},
        {"return {}", "{}"},
        {"return list{}", "[]"},
        {"return {1, 2, {3}}", "[1,2,[3]]"},
        {"return {b = 1, a = {c = true}}", R"({"a":{"c":true},"b":1})"},
        {"return map({b = 1, a = 2, z = 3}, {'z', 'b'})", R"({"z":3,"b":1,"a":2})"},
        {"return map{'x', 'y'}", R"({"1":"x","2":"y"})"},
        {"return {a = null, b = nil}", R"({"a":null})"},
        {"return null == null and tostring(null) .. type(null)", R"("nulluserdata")"},
        {"local l = list{1}; l[1] = nil; return l", "[]"},
        {"return {1, x = 2}", "no value: a table has items and names, or gaps between its items"},
        {"return print", "null"},
        {"return {f = function() end, a = 1}", R"({"a":1})"},
        {"return function() end", "no value: a function is no value"},
        {"local t = {} t.t = t return t", "no value: a value is nested deeper than 64 levels"},
        {"local t = {1} for i = 1, 60 do t = {t, t} end return t", "no value: a value is too large"},
        {"return ...", "null"},
        {"", "null"},
    });
    EXPECT_EQ(eval("return ...", {Value(Map{{"z", List{}}, {"a", Map{}}, {"n", nullptr}})}), R"({"a":{},"n":null,"z":[]})");
    EXPECT_EQ(
        eval("local a, b = ... return {a == nil, b.x == null, #b.l}", {nullptr, Value(Map{{"x", nullptr}, {"l", List{1, 2}}})}),
        "[true,true,2]"
    );
}

TEST(ScriptValues, ReadJsonAndWriteIt) {
    for (std::string_view const text : {"null", "true", "[1,2.5,\"a\",{}]", R"({"b":1,"a":[]})", "1.0", "-9223372036854775808"})
        EXPECT_EQ(Value::from_json(text).value().json(), text);
    EXPECT_EQ(Value::from_json("9223372036854775808").value().json(), "9.223372036854776e+18");
    EXPECT_EQ(Value::from_json(R"({"a":1,"a":2})").value().find("a")->json(), "2");
    for (std::string_view const text : {"", "{", "[1,]", "nul", "1 2"}) EXPECT_FALSE(Value::from_json(text)) << text;
    EXPECT_FALSE(Value::from_json(std::string(100, '[') + std::string(100, ']')));
}

TEST(ScriptLibrary, HasPatterns) {
    check({
        {"return {('hello world'):find('o w')}", "[5,7]"},
        {"return {('hello'):find('l', 1, true)}", "[3,3]"},
        {"return {('a.b'):find('.', 2, true)}", "[2,2]"},
        {"return {('hello'):find('')}", "[1,0]"},
        {"return {('hello'):find('', 10)}", "{}"},
        {"return {('hello'):find('', 6)}", "[6,5]"},
        {"return {('key = value'):match('^(%w+)%s*=%s*(%w+)$')}", R"(["key","value"])"},
        {"return ('  trim me  '):match('^%s*(.-)%s*$')", R"("trim me")"},
        {"return ('THE (quick) fox'):find('%((%a+)%)')", "5"},
        {"return ('x(a(b)c)y'):match('%b()')", "\"(a(b)c)\""},
        {"return {('abc'):match('()b()')}", "[2,3]"},
        {"return ('THE (quick) fox'):gsub('%f[%a]%a+', 'W')", R"("W (W) W")"},
        {"return ('abab'):match('(a)(b)%1%2')", R"("a")"},
        {"return ('[]]'):match('[]]+')", R"("]]")"},
        {"return ('a-z'):match('[a%-z]+')", R"("a-z")"},
        {"return ('0x1F'):match('^0[xX](%x+)$')", R"("1F")"},
        {"return {('hello world'):gsub('o', '0')}", R"(["hell0 w0rld",2])"},
        {"return {('abc'):gsub('', '-')}", R"(["-a-b-c-",4])"},
        {"return {('abc'):gsub('%w', '%0%0', 2)}", R"(["aabbc",2])"},
        {"return {('abc'):gsub('^a', 'x')}", R"(["xbc",1])"},
        {"return (('$name is $age'):gsub('%$(%w+)', {name = 'Ann', age = 7}))", R"("Ann is 7")"},
        {"return (('abc'):gsub('%w', function(c) if c ~= 'b' then return c:upper() end end))", R"("AbC")"},
        {"local t = {} for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do t[k] = v end return t", R"({"a":"1","b":"2"})"},
        {"local t = {} for w in ('one two'):gmatch('%a+') do t[#t + 1] = w end return t", R"(["one","two"])"},
        {"local n = 0 for _ in ('abc'):gmatch('') do n = n + 1 end return n", "4"},
        {"return ('a\\0b'):find('\\0')", "2"},
        {"return ('x'):match('[^%s]')", R"("x")"},
        {"return ('äö'):match('[\\xC3][\\xB6]')", R"("ö")"},
        {"return ('x'):find('[a')", "operations/test.lua:2: malformed pattern (missing ']'); operations/test.lua:2"},
        {"return ('x'):find('%')", "operations/test.lua:2: malformed pattern (ends with '%'); operations/test.lua:2"},
        {"return ('x'):gsub('x', '%2')", "operations/test.lua:2: invalid capture index %2 in replacement string; operations/test.lua:2"},
        {"return ('x'):match('(x')", "operations/test.lua:2: unfinished capture; operations/test.lua:2"},
        {"return ('ab'):rep(3, '-')", R"("ab-ab-ab")"},
        {"return ('x'):rep(0) .. ('x'):rep(-1) .. (''):rep(1e9)", R"("")"},
        {"return ('%5.2f|%-4s|%q|%x'):format(1.5, 'ab', 'q', 255)", R"(" 1.50|ab  |\"q\"|ff")"},
        {"return '10' + 5", "15"},
    });
}

TEST(ScriptLibrary, HasRegularExpressions) {
    check({
        {"return {re.match('2024-05-01', '(\\\\d+)-(\\\\d+)')}", R"(["2024","05"])"},
        {"return {re.find('a  b', '\\\\s+')}", "[2,3]"},
        {"return re.test('abc', '^a.c$')", "true"},
        {"return re.test('abc', 'x')", "false"},
        {"return {re.gsub('abc', '(b)', '<%1>')}", R"(["a<b>c",1])"},
        {"return {re.gsub('abc', '', '-')}", R"(["-a-b-c-",4])"},
        {"return {re.gsub('a1b2', '\\\\d', function(d) return d * 2 end)}", R"(["a2b4",2])"},
        {"return {re.match('ab', '(a)|(b)')}", R"(["a"])"},
        {"return re.match('x', '(')", "operations/test.lua:2: malformed regular expression (missing ): (); operations/test.lua:2"},
        {"return re.match('x', '(?:a{1000}){1000}')",
         "operations/test.lua:2: malformed regular expression (invalid repetition size: {1000}); operations/test.lua:2"},
    });
}

TEST(ScriptLibrary, HasTimesAndTexts) {
    check({
        {"return time.format(0)", R"("1970-01-01T00:00:00Z")"},
        {"return time.format(time.parse('2024-02-29T12:30:15.25+02:00'))", R"("2024-02-29T10:30:15.250Z")"},
        {"return time.parse('2024-02-29')", "1709164800"},
        {"return time.format(-1, 'date') .. time.format(-1, 'time')", R"("1969-12-3123:59:59")"},
        {"return {time.parse('2023-02-29'), time.parse('x'), time.parse('2024-01-01T25:00')}", "{}"},
        {"return time.now() > 1.6e9", "true"},
        {"return text.slug('  Zürich & Łódź: naïve façade! ')", R"("zurich-lodz-naive-facade")"},
        {"return text.slug('Hello World', 6)", R"("hello")"},
        {"return codec.base64.encode('hello') .. codec.base64.encode('\\255\\254', 'url')", R"("aGVsbG8=__4")"},
        {"return codec.base64.decode('aGVsbG8=') .. codec.base64.decode('__4'):byte()", R"("hello255")"},
        {"return pcall(codec.base64.decode, '!')", "false"},
        {"return codec.json.encode({a = list{}, b = null})", R"("{\"a\":[],\"b\":null}")"},
        {"local v = codec.json.decode('{\"a\":[1,null],\"b\":{}}') return {#v.a, v.a[2] == null, v}", R"([2,true,{"a":[1,null],"b":{}}])"},
        {"return codec.json.decode('null') == null", "true"},
        {"return select(2, pcall(codec.json.decode, '{'))", R"("not JSON")"},
        {"return crypto.hash('sha256', 'abc')", R"("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")"},
        {"return crypto.hash('md5', '', 'base64')", R"("1B2M2Y8AsgTpgAmY7PhCfg==")"},
        {"return #crypto.hash('sha512', '', 'raw')", "64"},
        {"return crypto.uuid():match('^%x+%-%x+%-4%x+%-[89ab]%x+%-%x+$') ~= nil", "true"},
        {"return {#crypto.random(8), crypto.equal('a', 'a'), crypto.equal('a', 'b')}", "[16,true,false]"},
        {"return utf8.len('äö') .. utf8.char(228)", R"("2ä")"},
        {"local t = {3, 1, 2} table.sort(t) return table.concat(t, ',') .. #table.pack(table.unpack(t))", R"("1,2,33")"},
        {"local t = {1, 2} table.insert(t, 1, 0) table.remove(t) return table.move(t, 1, 2, 3)", "[0,1,0,1]"},
        {"return math.floor(2.5) + math.maxinteger - math.maxinteger + (math.random(1, 1))", "3"},
    });
}

TEST(ScriptLibrary, SignsWithKeysThatItNeverSees) {
    Environment environment;
    environment.now = [] { return std::int64_t{1'700'000'000'500'000}; };
    environment.key = [](std::string_view name) { return name == "hook" ? std::optional<std::string>("Jefe") : std::nullopt; };
    auto const program = compiled(
        "function main() return {crypto.hmac('md5', 'hook', 'what do ya want for nothing?'), time.format(time.now()), "
        "pcall(crypto.hmac, 'md5', 'x', '')} end",
        {},
        environment
    );
    auto state = State::make(program).value();
    Call call(*state, *program->find("test.main"));
    call.start();
    EXPECT_EQ(told(call), R"(["750c783e6ab0b503eaa86e310a5db738","2023-11-14T22:13:20.500Z",false,"there is no key 'x'"])");
}

}  // namespace
}  // namespace koine::script
