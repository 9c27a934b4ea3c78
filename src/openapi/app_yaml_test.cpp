#include "openapi/app_yaml.hpp"

#include "model/yaml.hpp"

#include <gtest/gtest.h>

namespace koine::openapi {
namespace {

TEST(AppYaml, StandsInBlocks) {
    EXPECT_EQ(
        as_yaml(
            R"({"openapi":"3.0.3","info":{"title":"A b","list":[1,-2,{"a":true,"b":[]},[null,"x"]]},"none":{},"paths":{"/a/{id}/":{"get":[]}}})"
        ),
        R"(openapi: "3.0.3"
info:
  title: A b
  list:
  - 1
  - -2
  - a: true
    b: []
  - - null
    - x
none: {}
paths:
  "/a/{id}/":
    get: []
)"
    );
}

TEST(AppYaml, QuotesWhatCouldBeTakenForSomethingElse) {
    struct {
        std::string_view json, want;
    } const cases[] = {
        {R"("yes")", "\"yes\"\n"},
        {R"("No")", "\"No\"\n"},
        {R"("null")", "\"null\"\n"},
        {R"("~")", "\"~\"\n"},
        {R"("200")", "\"200\"\n"},
        {R"("1e3")", "\"1e3\"\n"},
        {R"("12:30:45")", "\"12:30:45\"\n"},
        {R"("2026-11-22")", "\"2026-11-22\"\n"},
        {R"("")", "\"\"\n"},
        {R"("a: b")", "\"a: b\"\n"},
        {R"("a #b")", "\"a #b\"\n"},
        {R"("- a")", "\"- a\"\n"},
        {R"("=")", "\"=\"\n"},
        {R"("a ")", "\"a \"\n"},
        {R"("#/components/x")", "\"#/components/x\"\n"},
        {R"("a\nb\"c\\")", "\"a\\nb\\\"c\\\\\"\n"},
        {R"("\u0085\u2028\ufeff\u0000")", "\"\\u0085\\u2028\\uFEFF\\u0000\"\n"},
        {R"("Größe")", "\"Größe\"\n"},
        {R"j("on call, a/b (c)")j", "on call, a/b (c)\n"},
        {"1.0", "1.0\n"},
        {"1e30", "1.0e+30\n"},
        {"0.5", "0.5\n"},
        {"[]", "[]\n"},
        {"no json", ""},
    };
    for (auto const& [json, want] : cases) EXPECT_EQ(as_yaml(json), want) << json;
}

TEST(AppYaml, IsReadAsTheSame) {
    auto const text = as_yaml(R"({"on":["off",{"1":"two\u2029","key with: sign":{"deep":[["a"],{"b":"c"}]}}]})");
    auto const read = yaml::parse(text, "a.yaml");
    ASSERT_TRUE(read) << describe(read.error());
    auto const* list = read.value().find("on");
    ASSERT_NE(list, nullptr);
    ASSERT_EQ(list->items.size(), 2U);
    EXPECT_EQ(list->items[0].text, "off");
    EXPECT_EQ(list->items[1].find("1")->text, "two\xE2\x80\xA9");
    EXPECT_EQ(list->items[1].find("key with: sign")->find("deep")->items[1].find("b")->text, "c");
}

}  // namespace
}  // namespace koine::openapi
