#include "template/template.hpp"

#include "represent/json_text.hpp"

#include <gtest/gtest.h>

#include <array>

namespace koine::templates {
namespace {

constexpr std::array<std::string_view, 7> kNames = {"items", "total", "next", "name", "records", "flag", "none"};

/// What a test lets the names stand for.
struct Sample {
    std::int64_t count = 2;
    std::string_view next = "";
    std::vector<Problem::Record> table;

    Value value(NameId id) const {
        switch (id) {
            case 0: return Value::events(count);
            case 1: return Value::of(std::int64_t{42});
            case 2: return Value::of(next);
            case 3: return Value::of(std::string_view("a\"b"));
            case 4: return Value::of(table);
            case 5: return Value::of(true);
            default: return {};
        }
    }
    template <class Sink>
    void events(NameId, Sink& sink) const {
        sink.json("[1,2]");
    }
};

/// A raw sink, as the JSON writer is one.
struct Json {
    std::string out;
    void raw(std::string_view bytes) { out += bytes; }
    void json(std::string_view document) { out += document; }
    void null() { out += "null"; }
    void boolean(bool truth) { out += truth ? "true" : "false"; }
    void integer(std::int64_t number) { out += std::to_string(number); }
    void text(std::string_view text) { represent::append_json_string(out, text); }
};

/// Writes the structural calls: what a format other than JSON sees.
struct Trace {
    std::string out;
    void null() { out += "null "; }
    void boolean(bool truth) { out += truth ? "true " : "false "; }
    void integer(std::int64_t number) { out += std::to_string(number) + " "; }
    void text(std::string_view text) { out.append("'").append(text).append("' "); }
    void json(std::string_view text) { out.append(text).append(" "); }
    void key(std::string_view key) { out.append(key).append(": "); }
    void begin_object() { out += "{ "; }
    void end_object() { out += "} "; }
    void begin_list() { out += "[ "; }
    void end_list() { out += "] "; }
};

Template compiled(std::string_view text) {
    auto const node = yaml::parse(text, "t.yaml");
    EXPECT_TRUE(node) << describe(node.error());
    auto made = Template::compile(node.value(), kNames);
    EXPECT_TRUE(made) << describe(made.error());
    return std::move(made).value();
}

std::string json(std::string_view text, Sample const& sample) {
    Json sink;
    compiled(text).apply(sample, sink);
    return sink.out;
}

TEST(Template, WritesLiteralsAroundHoles) {
    struct Case {
        std::string_view yaml;
        std::string_view want;
    } const cases[] = {
        {"$items", "[1,2]"},
        {"{data: $items, meta: {total: $total}}", R"({"data":[1,2],"meta":{"total":42}})"},
        {"{a: null, b: 1, c: true, d: \"1\", e: 1.5, f: x}", R"({"a":null,"b":1,"c":true,"d":"1","e":"1.5","f":"x"})"},
        {"{a: $name, b: \"is {name}, {total} {flag}\"}", R"({"a":"a\"b","b":"is a\"b, 42 true"})"},
        {"{a: $none, b: \"no {none}\"}", R"({"a":null,"b":null})"},
        {"{a: \"{{literal}\", b: \"$$5\", \"quo\\\"te\": \"\\u0001\"}", R"({"a":"{literal}","b":"$5","quo\"te":"\u0001"})"},
        {"[$total, [], {}, [x, $total]]", R"([42,[],{},["x",42]])"},
        {"{r: $records}", R"({"r":[]})"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.yaml);
        EXPECT_EQ(json(each.yaml, {}), each.want);
    }
}

TEST(Template, LeavesOutOptionalKeysWhoseValueIsEmpty) {
    Sample const bare{.count = 0, .next = "", .table = {}};
    Sample const full{.count = 2, .next = "/n", .table = {{{"k", "v"}, {"l", "w"}}, {}}};
    struct Case {
        std::string_view yaml;
        std::string_view bare;
        std::string_view full;
    } const cases[] = {
        {"{next~: $next}", "{}", R"({"next":"/n"})"},
        {"{next~: $next, total: $total}", R"({"total":42})", R"({"next":"/n","total":42})"},
        {"{a~: $next, b~: $items, c: 1, d~: $next, e: 2}", R"({"c":1,"e":2})", R"({"a":"/n","b":[1,2],"c":1,"d":"/n","e":2})"},
        {"{a: 1, b~: $next}", R"({"a":1})", R"({"a":1,"b":"/n"})"},
        {"{links~: {pages~: {next~: $next, prev~: $none}}}", "{}", R"({"links":{"pages":{"next":"/n"}}})"},
        {"{x~: {}, y~: [], z~: {a~: $next, b: 1}}", R"({"z":{"b":1}})", R"({"z":{"a":"/n","b":1}})"},
        {"{o: {n~: $next, m~: $next}, p: {n~: $next, m: 1}}", R"({"o":{},"p":{"m":1}})", R"({"o":{"n":"/n","m":"/n"},"p":{"n":"/n","m":1}})"
        },
        {"{r~: $records}", "{}", R"({"r":[{"k":"v","l":"w"},{}]})"},
        {"[{n~: $next}, {n~: $next}]", "[{},{}]", R"([{"n":"/n"},{"n":"/n"}])"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.yaml);
        EXPECT_EQ(json(each.yaml, bare), each.bare);
        EXPECT_EQ(json(each.yaml, full), each.full);
    }
}

TEST(Template, GivesOtherSinksTheStructure) {
    Trace trace;
    Sample const sample{.count = 2, .next = "", .table = {{{"k", "v"}}}};
    compiled("{data: $items, next~: $next, more~: {next~: $next}, list: [1, $none, $flag], r: $records}").apply(sample, trace);
    EXPECT_EQ(trace.out, "{ data: [1,2] list: [ 1 null true ] r: [ { k: 'v' } ] } ");
}

TEST(Template, RefusesWhatCannotBeFilled) {
    struct Case {
        std::string_view yaml;
        std::string_view want;
    } const cases[] = {
        {"{data: $itmes}", "t.yaml:1:8: unknown name \"itmes\"; did you mean \"items\"?"},
        {"{a: \"x {totl}\"}", "t.yaml:1:5: unknown name \"totl\"; did you mean \"total\"?"},
        {"{a: \"x {total\"}", "t.yaml:1:5: a { without } (write {{ for the brace itself)"},
        {"{\"{name}\": 1}", "t.yaml:1:2: a key cannot have holes"},
        {"{\"~\": 1}", "t.yaml:1:2: a key needs a name"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.yaml);
        auto const node = yaml::parse(each.yaml, "t.yaml");
        ASSERT_TRUE(node) << describe(node.error());
        auto const made = Template::compile(node.value(), kNames);
        ASSERT_FALSE(made);
        EXPECT_EQ(describe(made.error()), each.want);
    }
}

TEST(Template, TellsWhichNamesItUses) {
    auto const names = compiled("{a: $items, b: [\"{total} {name}\"]}").names();
    EXPECT_EQ(names, (std::vector<NameId>{0, 1, 3}));
}

TEST(Phrase, TakesTheFirstAlternativeWhoseNamesExist) {
    auto const node = yaml::parse("[\"{none} and {name}\", \"{next} only\", never]", "t.yaml");
    auto const phrase = Phrase::compile(node.value(), kNames, Phrase::Lists::alternatives);
    ASSERT_TRUE(phrase);
    std::string buffer;
    EXPECT_EQ(phrase.value().evaluate(Sample{.count = 0, .next = "n", .table = {}}, buffer).text, "n only");
    EXPECT_FALSE(phrase.value().is_constant());
}

TEST(Phrase, AHoleMayAskWhetherANameExistsAndSayNothing) {
    auto const node = yaml::parse("[\"{?none}a\", \"{?name}b{?total} {total}\", c]", "t.yaml");
    auto const phrase = Phrase::compile(node.value(), kNames, Phrase::Lists::alternatives);
    ASSERT_TRUE(phrase) << describe(phrase.error());
    std::string buffer;
    EXPECT_EQ(phrase.value().evaluate(Sample{}, buffer).text, "b 42");
}

TEST(Phrase, KnowsWhetherItAlwaysSaysSomething) {
    struct Case {
        std::string_view yaml;
        bool want;
    } const cases[] = {
        {"x", true}, {"~", false}, {"$total", true}, {"$none", false}, {"[\"{none}\", $total]", true}, {"[\"{none}\"]", false}
    };
    std::array<bool, kNames.size()> const always = {true, true, true, true, true, true, false};
    for (auto const& each : cases) {
        SCOPED_TRACE(each.yaml);
        auto const node = yaml::parse(each.yaml, "t.yaml");
        auto const phrase = Phrase::compile(node.value(), kNames, Phrase::Lists::alternatives);
        ASSERT_TRUE(phrase);
        EXPECT_EQ(phrase.value().is_certain(always), each.want);
    }
}

TEST(Template, TellsTheSchemaOfWhatItWrites) {
    auto const made =
        compiled("{data: $items, kind: list, n: 3, none: ~, text: 'a {name}', links~: {next~: $next}, pair: [$total, $flag]}");
    auto const schema = made.schema([](NameId id, bool present) { return "<" + std::string(kNames[id]) + (present ? "!>" : ">"); });
    EXPECT_EQ(
        schema,
        R"({"type":"object","properties":{"data":<items>,"kind":{"const":"list"},"n":{"const":3},"none":{"type":"null"},)"
        R"("text":{"type":["string","null"]},"links":{"type":"object","properties":{"next":<next!>}},)"
        R"("pair":{"type":"array","prefixItems":[<total>,<flag>]}},"required":["data","kind","n","none","text","pair"]})"
    );
}

}  // namespace
}  // namespace koine::templates
