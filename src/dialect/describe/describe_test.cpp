#include "dialect/describe/describe.hpp"

#include "dialect/testing/mistakes.hpp"

#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

Result<Describing> compiled(std::string_view options) {
    static yaml::Node const none;
    KOINE_TRY(auto const node, yaml::parse(options, "d.yaml"));
    KOINE_TRY(auto const formats, Formats::compile(none));
    KOINE_TRY(auto const input, Input::compile(none));
    return Describing::compile(node, formats, input, {"net", "1.2"});
}

TEST(Describing, KnowsWhatStandsAtAPath) {
    constexpr std::string_view all =
        "{openapi: schema, openapi_json: docs, swagger: schema/swagger-ui, redoc: schema/redoc, documents: {status: {}, a/b: {}}}";
    using enum Describing::Place;
    struct {
        std::string_view options, path;
        Describing::Place want;
    } const cases[] = {
        {all, "schema", openapi},
        {all, "docs", openapi_json},
        {all, "schema/swagger-ui", swagger},
        {all, "schema/redoc", redoc},
        {all, "status", document},
        {all, "a/b", document},
        {all, "a", none},
        {all, "", none},
        {all, "schema/", none},
        {all, "Schema", none},
        {"{}", "", none},
        {"{}", "schema", none},
        {"{openapi: none}", "none", none},
    };
    for (auto const& c : cases) {
        SCOPED_TRACE(std::string(c.options) + " at " + std::string(c.path));
        auto const made = compiled(c.options);
        ASSERT_TRUE(made) << describe(made.error());
        EXPECT_EQ(made.value().place_of(c.path), c.want);
    }
    EXPECT_EQ(compiled(all).value().openapi(), "schema");
    EXPECT_EQ(compiled(all).value().swagger(), "schema/swagger-ui");
    EXPECT_EQ(compiled("{}").value().openapi(), "");
}

TEST(Describing, MakesItsDocumentsOnce) {
    auto const made = compiled("{documents: {status: {name: $app.name, text: \"v{app.version}\", list: [1, ~]}, a: $app.version}}");
    ASSERT_TRUE(made) << describe(made.error());
    std::vector<std::pair<std::string, std::string>> const want = {
        {"status", R"({"name":"net","text":"v1.2","list":[1,null]})"}, {"a", R"("1.2")"}
    };
    EXPECT_EQ(made.value().documents(), want);
}

TEST(Describing, NamesTheMediaTypesOfTheOtherAxes) {
    using Types = std::vector<std::string>;
    auto const usual = compiled("{}").value();
    EXPECT_FALSE(usual.options());
    EXPECT_EQ(usual.renders(), Types{"application/json"});
    EXPECT_EQ(usual.parses(), Types{"application/json"});
    auto const said = compiled("{options: true, renders: [application/json, text/html], parses: [text/csv]}").value();
    EXPECT_TRUE(said.options());
    EXPECT_EQ(said.renders(), (Types{"application/json", "text/html"}));
    EXPECT_EQ(said.parses(), Types{"text/csv"});
}

TEST(Describing, TellsMistakesWithTheirPlace) {
    constexpr std::string_view path = ": expected a path below the prefix without slashes around it, as in schema/redoc";
    testing::expect_told(
        compiled,
        {
            {"{openapi: /schema}", "d.yaml:1:11" + std::string(path)},
            {"{openapi_json: docs/}", "d.yaml:1:16" + std::string(path)},
            {"{swagger: \"\"}", "d.yaml:1:11" + std::string(path)},
            {"{redoc: /}", "d.yaml:1:9" + std::string(path)},
            {"{documents: {/status/: {}}}", "d.yaml:1:14" + std::string(path)},
            {"{documents: [status]}", "d.yaml:1:13: expected a map from paths to documents"},
            {"{openapi: [schema]}", "d.yaml:1:11: expected a text, not a list"},
            {"{swager: schema}", "d.yaml:1:2: unknown option \"swager\"; did you mean \"swagger\"?"},
            {"{documents: {status: $app.nam}}", "d.yaml:1:22: unknown name \"app.nam\"; did you mean \"app.name\"?"},
        }
    );
}

}  // namespace
}  // namespace koine::dialect
