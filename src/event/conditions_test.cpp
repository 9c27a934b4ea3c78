#include "event/conditions.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace koine::event {
namespace {

constexpr std::string_view kDocument = R"({
    "name": "alpha", "count": 3, "ratio": 2.5, "empty": null, "on": true, "status": {"value": "active", "label": "Active"},
    "tags": [{"slug": "a"}, {"slug": "b"}], "words": ["x", "y"], "a": {"b": {"c": [1, 2]}}
})";

/// "yes", "no", or what is wrong with the conditions.
std::string said(std::string_view conditions) {
    auto const parsed = Conditions::parse(conditions);
    if (!parsed) return std::string(parsed.error().argument("message").value_or("?"));
    return parsed.value().hold(*read_document(kDocument)) ? "yes" : "no";
}

TEST(conditions, compare_an_attribute) {
    struct Case {
        std::string_view conditions, want;
    };
    constexpr Case kCases[] = {
        {R"({"attr":"name","value":"alpha"})", "yes"},
        {R"({"attr":"name","value":"beta"})", "no"},
        {R"({"attr":"name","value":"beta","negate":true})", "yes"},
        {R"({"attr":"name","op":"eq","value":"alpha","negate":false})", "yes"},
        {R"({"attr":"status.value","value":"active"})", "yes"},
        {R"({"attr":"status","value":"active"})", "no"},
        {R"({"attr":"status","value":{"value":"active","label":"Active"}})", "yes"},
        {R"({"attr":"count","value":3})", "yes"},
        {R"({"attr":"count","value":3.0})", "yes"},
        {R"({"attr":"count","value":"3"})", "no"},
        {R"({"attr":"on","value":true})", "yes"},
        {R"({"attr":"on","value":1})", "no"},
        {R"({"attr":"empty","value":null})", "yes"},
        {R"({"attr":"missing","value":null})", "yes"},
        {R"({"attr":"missing.further","value":null})", "yes"},
        {R"({"attr":"name.further","value":null})", "yes"},
        {R"({"attr":"missing","value":"x","negate":true})", "yes"},
        {R"({"attr":"count","op":"gt","value":2})", "yes"},
        {R"({"attr":"count","op":"gt","value":3})", "no"},
        {R"({"attr":"count","op":"gte","value":3})", "yes"},
        {R"({"attr":"ratio","op":"lt","value":3})", "yes"},
        {R"({"attr":"ratio","op":"lte","value":2})", "no"},
        {R"({"attr":"name","op":"gt","value":"aa"})", "yes"},
        {R"({"attr":"name","op":"gt","value":1})", "no"},
        {R"({"attr":"missing","op":"lt","value":1})", "no"},
        {R"({"attr":"count","op":"in","value":[1,2,3]})", "yes"},
        {R"({"attr":"count","op":"in","value":[]})", "no"},
        {R"({"attr":"name","op":"contains","value":"lph"})", "yes"},
        {R"({"attr":"name","op":"contains","value":""})", "yes"},
        {R"({"attr":"name","op":"contains","value":1})", "no"},
        {R"({"attr":"words","op":"contains","value":"y"})", "yes"},
        {R"({"attr":"words","op":"contains","value":"z"})", "no"},
        {R"({"attr":"tags.slug","op":"contains","value":"b"})", "yes"},
        {R"({"attr":"tags.slug","op":"contains","value":"c"})", "no"},
        {R"({"attr":"tags.slug","value":["a","b"]})", "yes"},
        {R"({"attr":"tags.none.deeper","value":[null,null]})", "yes"},
        {R"({"attr":"a.b.c","op":"contains","value":2})", "yes"},
        {R"({"attr":"name","op":"regex","value":"al.*"})", "yes"},
        {R"({"attr":"name","op":"regex","value":"lpha"})", "no"},
        {R"({"attr":"name","op":"regex","value":"(a|b)+$"})", "no"},
        {R"({"attr":"count","op":"regex","value":"3"})", "no"},
        {R"({"and":[]})", "yes"},
        {R"({"or":[]})", "no"},
        {R"({"and":[{"attr":"count","value":3},{"attr":"on","value":true}]})", "yes"},
        {R"({"and":[{"attr":"count","value":3},{"attr":"on","value":false}]})", "no"},
        {R"({"or":[{"attr":"count","value":4},{"and":[{"attr":"on","value":true},{"attr":"name","op":"in","value":["alpha"]}]}]})", "yes"},
    };
    for (auto const& one : kCases) EXPECT_EQ(said(one.conditions), one.want) << one.conditions;
}

TEST(conditions, say_what_is_wrong_with_them) {
    using ::testing::HasSubstr;
    struct Case {
        std::string conditions, want;
    };
    std::string deep = R"({"attr":"a","value":1})", wide = R"({"and":[)";
    for (int i = 0; i < 9; ++i) deep = R"({"and":[)" + deep + "]}";
    for (int i = 0; i < 300; ++i) wide += fmt::format(R"({}{{"attr":"a","value":1}})", i == 0 ? "" : ",");
    Case const cases[] = {
        {"", "JSON"},
        {"{", "JSON"},
        {std::string(1000, '['), "JSON"},
        {std::string(70'000, ' '), "64 KiB"},
        {"[]", "object"},
        {"1", "object"},
        {"{}", "attr and value"},
        {R"({"and":[],"or":[]})", "attr and value"},
        {R"({"not":[]})", "attr and value"},
        {R"({"and":{}})", "list"},
        {R"({"and":[1]})", "object"},
        {R"({"attr":1,"value":1})", "name of an attribute"},
        {R"({"attr":"","value":1})", "name of an attribute"},
        {R"({"attr":"a"})", "needs a value"},
        {R"({"attr":"a","value":1,"op":"is"})", "op is one of"},
        {R"({"attr":"a","value":1,"op":1})", "op is one of"},
        {R"({"attr":"a","value":1,"negate":"no"})", "true or false"},
        {R"({"attr":"a","value":1,"extra":1})", "nothing else"},
        {R"({"attr":"a","op":"gt","value":[]})", "order"},
        {R"({"attr":"a","op":"in","value":"x"})", "list"},
        {R"({"attr":"a","op":"regex","value":1})", "text"},
        {R"({"attr":"a","op":"regex","value":"("})", "regular expression"},
        {R"({"attr":"a","op":"regex","value":"((a{1000}){1000}){1000}"})", "regular expression"},
        {R"({"attr":"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a","value":1})", "steps"},
        {deep, "levels"},
        {wide + "]}", "more than 200"},
    };
    for (auto const& one : cases) EXPECT_THAT(said(one.conditions), HasSubstr(one.want)) << one.conditions.substr(0, 200);
}

}  // namespace
}  // namespace koine::event
