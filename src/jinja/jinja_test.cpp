#include "jinja/jinja.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace koine::jinja {
namespace {

using namespace std::chrono_literals;

struct Row {
    std::string_view name;
    std::string_view flags;
    std::string_view source;
    std::string_view wanted;
};

#define TABLE_CONTEXT(text) constexpr std::string_view kContext = text;
#define LOADED(name, text)
#define TEMPLATE(name, flags, source, wanted)
#include "jinja/jinja2_table.inc"
#undef TABLE_CONTEXT
#undef LOADED
#undef TEMPLATE

std::vector<Row> const kRows = {
#define TABLE_CONTEXT(text)
#define LOADED(name, text)
#define TEMPLATE(name, flags, source, wanted) {name, flags, source, wanted},
#include "jinja/jinja2_table.inc"
#undef LOADED
#undef TEMPLATE
};

std::map<std::string, std::string, std::less<>> const kLoaded = {
#define LOADED(name, text) {name, text},
#define TEMPLATE(name, flags, source, wanted)
#include "jinja/jinja2_table.inc"
#undef TABLE_CONTEXT
#undef LOADED
#undef TEMPLATE
};

/// Where minijinja differs from Jinja2; docs/templates.md tells of each. What comes instead: the text, or "" for a refusal.
std::map<std::string_view, std::string_view> const kDifferent = {
    {"concatenate_bool", "xnonetrue"},
    {"slice_backwards", ""},
    {"braces_together", ""},
    {"tuple", "[1, 2] [1]"},
    {"percent_format", ""},
    {"str_format", ""},
    {"append", ""},
    {"wordwrap", ""},
    {"keys_view", "['z', 'a', 'm']"},

    {"integer_beyond", ""},
    {"xmlattr", ""},
};

Options options_of(std::string_view flags) {
    Options options;
    options.trim_blocks = flags.contains('t');
    options.lstrip_blocks = flags.contains('l');
    options.keep_trailing_newline = flags.contains('k');
    options.autoescape = flags.contains('a');
    options.load = [](std::string_view name) -> std::optional<std::string> {
        auto const found = kLoaded.find(name);
        if (found == kLoaded.end()) return std::nullopt;
        return found->second;
    };
    return options;
}

std::string outcome_of(Result<std::string> const& result) {
    if (result.has_value()) return result.value();
    auto const& problem = result.error();
    std::string text = "refused: ";
    text += to_string(problem.reason());
    for (std::string_view name : {"limit", "message", "detail", "feature"})
        if (auto argument = problem.argument(name)) text.append(" ").append(*argument);
    return text;
}

std::string refusal_of(std::string_view source, std::string_view context = "{}", Options const& options = {}) {
    return outcome_of(render(source, context, options));
}

class Jinja : public testing::Test {
protected:
    void SetUp() override {
        if (!available()) GTEST_SKIP() << "this build has no template engine";
    }
};

TEST(JinjaWithoutEngine, SaysSo) {
    if (available()) return;
    EXPECT_EQ(refusal_of("x"), "refused: feature_not_supported templates: this program was built without the engine");
    EXPECT_TRUE(check("x").has_error());
}

TEST_F(Jinja, RendersAsJinja2) {
    for (auto const& row : kRows) {
        SCOPED_TRACE(row.name);
        auto const got = outcome_of(render(row.source, kContext, options_of(row.flags)));
        if (auto const different = kDifferent.find(row.name); different != kDifferent.end() && different->second.empty())
            EXPECT_TRUE(got.starts_with("refused: check_failed")) << got;
        else if (different != kDifferent.end())
            EXPECT_EQ(got, different->second);
        else if (row.wanted.starts_with("refused: "))
            EXPECT_TRUE(got.starts_with("refused: ")) << got;
        else
            EXPECT_EQ(got, row.wanted);
    }
}

TEST_F(Jinja, TellsWhatIsWrongAndWhere) {
    struct Case {
        std::string_view source, wanted;
    };
    Options options;
    options.name = "mail";
    for (auto const& [source, wanted] : std::vector<Case>{
             {"a\nb\n{% if %}", "refused: check_failed mail:3: syntax error: unexpected end of block"},
             {"\n{{ 1|nope }}", "refused: check_failed mail:2: unknown filter: filter nope is unknown"},
             {"{{ missing.attribute }}", "refused: check_failed mail:1: undefined value"},
             {"{{ 1 // 0 }}", "refused: check_failed mail:1: invalid operation: unable to calculate 1 // 0"},
             {"{% include 'gone' %}", "refused: check_failed mail:1: template not found: tried to include non-existing template \"gone\""},
         }) {
        SCOPED_TRACE(source);
        EXPECT_EQ(refusal_of(source, "{}", options), wanted);
    }
    auto const result = render("\n{% for %}", "{}", options);
    ASSERT_TRUE(result.has_error());
    EXPECT_EQ(result.error().argument("template"), "mail");
    EXPECT_EQ(result.error().argument("line"), "2");
}

TEST_F(Jinja, NamesTheTemplateThatFailed) {
    Options options;
    options.load = [](std::string_view) { return std::string("\n\n{{ 1|nope }}"); };
    EXPECT_EQ(refusal_of("{% include 'part' %}", "{}", options), "refused: check_failed part:3: unknown filter: filter nope is unknown");
}

TEST_F(Jinja, ChecksSyntaxOnly) {
    EXPECT_TRUE(check("{{ a|b }}{% include 'c' %}").has_value());
    EXPECT_TRUE(check("{{ a").has_error());
    EXPECT_TRUE(check("{% endfor %}").has_error());
}

TEST_F(Jinja, RefusesUndefinedNamesWhenStrict) {
    Options options;
    options.strict = true;
    EXPECT_EQ(refusal_of("{{ missing }}", "{}", options), "refused: check_failed template:1: undefined value");
    EXPECT_EQ(refusal_of("{{ missing|default('d') }}", "{}", options), "d");
}

TEST_F(Jinja, ReadsContextsOfJson) {
    struct Case {
        std::string_view context, wanted;
    };
    for (auto const& [context, wanted] : std::vector<Case>{
             {R"({"v": 18446744073709551616})", "18446744073709551616"},
             {R"({"v": -170141183460469231731687303715884105728})", "-170141183460469231731687303715884105728"},
             {R"({"v": 1234567890123456789012345678901234567890123})", "1234567890123456789012345678901234567890123"},
             {R"({"v": "\u0000\ud83d\ude00\n"})", std::string_view("\0\xf0\x9f\x98\x80\n", 6)},
             {R"({"v": 1e400})", "inf"},
             {R"({"v": {"z": 1, "a": 2, "z": 3}})", "{'z': 3, 'a': 2}"},
             {"{\"v\": \"\xff\"}", "refused: invalid_body a template's context: it is not UTF-8"},
             {R"({"v": "\ud800"})", "refused: invalid_body a template's context: half of a surrogate pair"},
             {R"({"v": 1} x)", "refused: invalid_body a template's context: more follows the value"},
             {R"({"v": 01})", "refused: invalid_body a template's context: a comma or } is expected"},
             {"[]", "refused: invalid_body a template's context: an object is expected"},
             {"", "refused: invalid_body a template's context: a value is expected"},
         }) {
        SCOPED_TRACE(context);
        EXPECT_EQ(refusal_of("{{ v }}", context), wanted);
    }
    EXPECT_EQ(refusal_of("", std::string(100'000, '[')), "refused: invalid_body a template's context: nested too deeply");
}

TEST_F(Jinja, TakesAnyCharacterButNoBrokenOnes) {
    EXPECT_EQ(refusal_of(std::string_view("a\0b{{ '\0' }}", 12)), std::string_view("a\0b\0", 4));
    EXPECT_EQ(refusal_of("a\n\xff"), "refused: check_failed template:2: the source is not UTF-8");
}

/// The outcome, which has to come soon.
std::string bounded(std::string_view source, Options options = {}, std::string_view context = "{}") {
    options.limits.time = 1000ms;
    auto const begun = std::clock();
    auto const got = refusal_of(source, context, options);
    EXPECT_LT(std::clock() - begun, 20 * CLOCKS_PER_SEC) << source.substr(0, 200);
    return got;
}

std::string repeated(std::string_view text, std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += text;
    return all;
}

TEST_F(Jinja, EndsWhatExplodes) {
    struct Case {
        std::string_view name;
        std::string source;
        std::string_view wanted;
    };
    std::string const loop = "{% for a in range(100000) %}{% for b in range(100000) %}";
    for (auto const& [name, source, wanted] : std::vector<Case>{
             {"range", "{% for i in range(1000000000) %}{% endfor %}", "check_failed"},
             {"loops", loop + "{% endfor %}{% endfor %}", "template_steps"},
             {"output", loop + "0123456789012345678901234567890123456789{% endfor %}{% endfor %}", "template_output_bytes"},
             {"text", "{{ 'x' * 1000000000 }}", "template_memory_bytes"},
             {"text_overflow", "{{ 'xx' * 9223372036854775807 }}", "template_memory_bytes"},
             {"list", "{{ ([1] * 100000000)|list|length }}", "template_"},
             {"lazy_lists", "{{ (([1] * 1000000) * 1000000)|sum }}", "template_"},
             {"lazy_empty", "{% for i in [] * 1000000000000000 %}{% endfor %}", "template_"},
             {"doubling", "{% set a = 'x' %}" + repeated("{% set a = a ~ a %}", 60), "template_memory_bytes"},
             {"doubling_list", "{% set a = [1] %}" + repeated("{% set a = (a + a)|list %}", 60), "template_memory_bytes"},
             {"replace", "{% set a = 'x' * 1000000 %}{{ a|replace('x', a)|length }}", "template_memory_bytes"},
             {"replace_method", "{% set a = 'x' * 1000000 %}{{ a.replace('x', a)|length }}", "template_memory_bytes"},
             {"join", "{% set a = 'x' * 1000000 %}{{ range(100000)|join(a)|length }}", "template_memory_bytes"},
             {"center", "{{ 'x'|center(1000000000) }}", "template_memory_bytes"},
             {"indent", "{{ 'x\ny'|indent(1000000000) }}", "template_memory_bytes"},
             {"format", "{{ '%999999999999d'|format(1) }}", "template_memory_bytes"},
             {"zfill", "{{ '1'.zfill(100000000000) }}", "template_memory_bytes"},
             {"tojson", "{% set a = ['x' * 100000] * 10000 %}{{ a|tojson }}", "template_memory_bytes"},
             {"capture", "{% set a %}" + loop + "0123456789012345678901234567890123456789{% endfor %}{% endfor %}{% endset %}", "template_"
             },
             {"macro", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "template_depth"},
             {"macro_tree", "{% macro m(n) %}{% if n %}{{ m(n-1) }}{{ m(n-1) }}{% endif %}{% endmacro %}{{ m(40) }}", "template_depth"},
             {"loop_recursion", "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}", "template_depth"},
             {"brackets", "{{ " + std::string(100'000, '['), "template_depth"},
             {"parentheses", "{{ " + std::string(100'000, '(') + std::string(100'000, ')') + " }}", "template_depth"},
             {"negations", "{{ " + repeated("not ", 60'000) + "1 }}", "True"},
             {"signs", "{{ " + std::string(250'000, '-') + "1 }}", ""},
             {"ifs", repeated("{% if 1 %}", 20'000), "template_depth"},
             {"sum_chain", "{{ 1" + repeated("+1", 100'000) + " }}", ""},
             {"concatenations", "{{ 1" + repeated("~1", 100'000) + " }}", ""},
             {"attributes", "{{ a" + repeated(".a", 100'000) + " }}", ""},
             {"filters", "{{ 1" + repeated("|e", 100'000) + " }}", ""},
             {"powers", "{{ 2" + repeated("**2", 60'000) + " }}", ""},
             {"conditions", "{{ 1" + repeated(" if 1 else 1", 20'000) + " }}", ""},
             {"elifs", "{% if 0 %}" + repeated("{% elif 0 %}", 20'000) + "{% endif %}", ""},
             {"calls", "{{ a" + repeated("()", 100'000) + " }}", ""},
             {"opened", repeated("{{", 100'000), ""},
             {"blocks_opened", repeated("{%", 100'000), ""},
             {"comments_opened", repeated("{#", 100'000), ""},
             {"raws", repeated("{% raw %}", 20'000), ""},
             {"dashes", repeated("{%-", 80'000), ""},
             {"spaces", std::string(200'000, ' ') + "{%- if 1 %}", ""},
             {"circle", "{% set ns = namespace() %}{% set ns.a = ns %}{{ ns }}", "template_"},
             {"circle_json", "{% set ns = namespace() %}{% set ns.a = ns %}{{ ns|tojson }}", "template_"},
             {"circle_text", "{% set ns = namespace() %}{% set ns.a = ns %}{{ 'a' ~ ns }}", "template_"},
             {"circle_equal",
              "{% set n = namespace() %}{% set n.a = n %}{% set m = namespace() %}{% set m.a = m %}{{ n == m }}",
              "template_"},
             {"circle_hash", "{% set n = namespace() %}{% set n.a = n %}{{ {n: 1} }}", "template_"},
             {"nest",
              "{% set n = namespace(a=[]) %}{% for i in range(100000) %}{% set n.a = [n.a] %}{% endfor %}{{ n.a|length }}",
              "template_memory_bytes"},
             {"nest_print", "{% set n = namespace(a=[]) %}{% for i in range(60000) %}{% set n.a = [n.a] %}{% endfor %}{{ n.a }}", "[[[["},
             {"nest_drop",
              "{% set n = namespace(a=[]) %}{% for i in range(60000) %}{% set n.a = [n.a] %}{% endfor %}{% set n.a = 1 %}{{ n.a }}",
              "1"},
             {"nest_equal",
              "{% set n = namespace(a=[]) %}{% for i in range(60000) %}{% set n.a = [n.a] %}{% endfor %}{{ n.a == [n.a] }}",
              ""},
             {"nest_lazy",
              "{% set n = namespace(a=[]) %}{% for i in range(100000) %}{% set n.a = n.a * 1 %}{% endfor %}{% for x in n.a %}{% endfor %}",
              "template_"},
             {"large_and_often",
              "{% set a = 'x' * 4000000 %}{% for i in range(100000) %}{% set b = a ~ i %}{% endfor %}",
              "template_milliseconds"},
             {"searched_in_texts",
              "{% set a = 'x' * 1000000 %}{% for c in a %}{% if 'y' in a %}{% endif %}{% endfor %}",
              "template_milliseconds"},
             {"searched_by_select",
              "{% set a = 'x' * 1000000 %}{{ (range(100000)|list)|map('string')|select('in', a)|list }}",
              "template_milliseconds"},
             {"searched_often",
              "{% set a = 'x' * 1000000 %}{% for i in range(100000) %}{% if 'y' in a %}{% endif %}{% endfor %}",
              "template_milliseconds"},
         }) {
        SCOPED_TRACE(name);
        auto const got = bounded(source);
        EXPECT_TRUE(got.contains(wanted)) << got.substr(0, 200);
    }
}

TEST_F(Jinja, EndsIncludesOfThemselves) {
    Options options;
    options.load = [](std::string_view) { return std::string("{% include 'self' %}"); };
    EXPECT_EQ(bounded("{% include 'self' %}", options), "refused: limit_exceeded template_depth");
    options.load = [](std::string_view) { return std::string("{% extends 'self' %}"); };
    EXPECT_TRUE(bounded("{% extends 'self' %}", options).starts_with("refused: "));
    options.load = [](std::string_view name) { return "{% include '" + std::string(name) + "x' %}"; };
    EXPECT_EQ(bounded("{% include 'a' %}", options), "refused: limit_exceeded template_depth");
    options.load = [](std::string_view) -> std::optional<std::string> { throw std::runtime_error("no"); };
    EXPECT_EQ(bounded("{% include 'a' ignore missing %}b", options), "b");
    options.load = [](std::string_view) { return std::string(300'000, 'x'); };
    EXPECT_TRUE(bounded("{% include 'a' %}", options).starts_with("refused: "));
}

TEST_F(Jinja, EndsAtTheCallersLimits) {
    Options options;
    options.limits.source_bytes = 3;
    EXPECT_EQ(refusal_of("abcd", "{}", options), "refused: limit_exceeded template_source_bytes");
    options = {};
    options.limits.output_bytes = 3;
    EXPECT_EQ(refusal_of("abcd", "{}", options), "refused: limit_exceeded template_output_bytes");
    EXPECT_EQ(refusal_of("abc", "{}", options), "abc");
    options = {};
    options.limits.steps = 10;
    EXPECT_EQ(refusal_of("{% for i in range(100) %}{% endfor %}", "{}", options), "refused: limit_exceeded template_steps");
}

TEST_F(Jinja, GivesBackWhatCirclesHold) {
    // Each leaves some megabytes that nothing in the engine frees; a hundred of them would not go unnoticed (the leak checker sees one).
    for (int i = 0; i < 100; ++i) EXPECT_EQ(refusal_of("{% set n = namespace() %}{% set n.a = n %}{% set n.b = 'x' * 4000000 %}ok"), "ok");
}

TEST_F(Jinja, RendersOnManyThreads) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([i] {
            auto const number = std::to_string(i);
            for (int round = 0; round < 50; ++round)
                EXPECT_EQ(refusal_of("{% for j in range(10) %}{{ v }}{% endfor %}", "{\"v\":" + number + "}"), repeated(number, 10));
        });
    for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace koine::jinja
