#include "openapi/openapi.hpp"

#include "format/read_body.hpp"
#include "openapi/operation.hpp"
#include "openapi/schemas.hpp"
#include "openapi/testing.hpp"
#include "query/planner.hpp"
#include "query/test_model.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace koine::openapi {
namespace {

using boost::json::value;

dialect::Dialect loaded(std::string_view name) {
    auto dialect = dialect::load_dialect(name);
    EXPECT_TRUE(dialect) << describe(dialect.error());
    return std::move(dialect).value();
}

Facts facts() { return {"Music", "1.2.3", "http://127.0.0.1:3000"}; }

/// Of a server that writes, for whoever has a token.
Facts writing_facts() {
    auto of = facts();
    of.writable = of.tokens = true;
    return of;
}

value document(std::string_view dialect, model::Model const& model, Facts const& of = facts()) {
    return boost::json::parse(openapi_document(loaded(dialect), model, of));
}

model::Model small() {
    auto model = query::testing::ModelBuilder()
                     .table("artist", "id:bigint! name:text! rating:numeric founded:date", "id")
                     .table("album", "id:bigint! artist_id:bigint title:text live:boolean added:timestamp cover:blob", "id")
                     .view("album_v", "album", "id title", "n")
                     .references("album", "album_artist_id_fkey", "artist_id", "artist", "id")
                     .build();
    model.entities[1].columns[3].generated = true;
    model.entities[1].columns[2].default_value = "'untitled'";
    model.entities[0].columns[0].declared_type = "INTEGER";
    auto& view = model.entities[2];
    view.insertable = view.updatable = view.deletable = false;
    return model;
}

TEST(OpenApi, OfASmallModelIsAsTheGoldenFilesSay) {
    auto const model = small();
    for (std::string const name : {"postgrest", "rest", "postgrest_writes", "rest_writes"}) {
        SCOPED_TRACE(name);
        bool const writes = name.ends_with("_writes");
        auto const made = document(name.substr(0, name.find('_')), model, writes ? writing_facts() : facts());
        testing::expect_golden(made, "tests/golden/openapi_" + name + ".json");
    }
}

TEST(OpenApi, TellsWhatRelationsAndValuesMakeOfRows) {
    constexpr std::string_view text =
        R"(dialects: {mine: {relations: {nested: {name: column_stem}}, values: {bytes: base64, big_integers: text}}})";
    auto const dialect = dialect::load_dialect_text(text, "mine.yaml");
    ASSERT_TRUE(dialect) << describe(dialect.error());
    auto const made = boost::json::parse(openapi_document(dialect.value(), small(), facts()));
    auto const& album = made.at("components").at("schemas").at("album").at("properties");
    EXPECT_EQ(boost::json::serialize(album.at("artist").at("anyOf")), R"([{"$ref":"#/components/schemas/artist"},{"type":"null"}])");
    EXPECT_EQ(boost::json::serialize(album.at("artist_id").at("type")), R"(["integer","string","null"])");
    EXPECT_EQ(album.at("cover").at("contentEncoding").as_string(), "base64");
}

model::Model odd() {
    return query::testing::ModelBuilder()
        .table("Odd Name", "id:bigint! a.b:text \"q\":text a/b:text {x}:text Ünï:text limit:text select:integer page:integer", "id")
        .table("Odd/Name", "key{}:text! other:text!", "key{} other")
        .table("Odd_Name", "id:bigint!", "id")
        .table("Odd_Name.list", "id:bigint!", "id")
        .table("problem", "id:bigint!", "id")
        .table("one_Odd_Name", "id:bigint!", "id")
        .table("\xff\"\\", "id:bigint!", "id")
        .table("empty", "", "")
        .build();
}

/// All parameters of a path, or of the path and one of its operations.
std::vector<value> given_parameters(value const& json, boost::json::object const& item, std::string_view operation = {}) {
    std::vector<value> all;
    auto const add = [&](boost::json::object const& of) {
        auto const* given = of.if_contains("parameters");
        if (given == nullptr) return;
        for (auto const& each : given->as_array()) {
            auto const* reference = each.as_object().if_contains("$ref");
            all.push_back(reference != nullptr ? json.at_pointer(std::string_view(reference->get_string()).substr(1)) : each);
        }
    };
    add(item);
    if (!operation.empty()) add(item.at(operation).as_object());
    return all;
}

void expect_unique(std::string_view path, std::vector<value> const& given) {
    std::set<std::pair<std::string, std::string>> parameters;
    for (auto const& parameter : given) {
        std::string const in(parameter.at("in").as_string());
        std::string const name(parameter.at("name").as_string());
        EXPECT_TRUE(parameters.emplace(in, name).second) << path << " " << name << " twice";
        if (in == "path") {
            EXPECT_TRUE(parameter.as_object().contains("required"));
        }
        EXPECT_EQ(path.contains("{" + name + "}"), in == "path") << path << " " << name;
    }
}

void expect_to_hold_together(value const& json) {
    std::set<std::string> operations;
    testing::expect_to_hold_together(json, operations);
    for (auto const& [section, members] : json.at("components").as_object())
        for (auto const& [key, member] : members.as_object())
            EXPECT_TRUE(std::ranges::all_of(
                key, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-'; }
            )) << section
               << " " << key;
    for (auto const& [path, item] : json.at("paths").as_object()) {
        EXPECT_TRUE(path.starts_with('/')) << path;
        EXPECT_EQ(std::string_view(path).find_first_of(" ?#\""), std::string_view::npos) << path;
        for (auto const& [operation, body] : item.as_object())
            if (operation != "parameters") expect_unique(path, given_parameters(json, item.as_object(), operation));
    }
}

TEST(OpenApi, HoldsTogether) {
    for (auto const& model : {query::testing::music(), small(), odd(), model::Model{}}) {
        for (auto const name : dialect::builtin_dialects()) {
            SCOPED_TRACE(name);
            expect_to_hold_together(document(name, model));
            expect_to_hold_together(document(name, model, writing_facts()));
        }
    }
}

TEST(OpenApi, EncodesOddNamesInPaths) {
    auto const paths = document("rest", odd()).at("paths").as_object();
    EXPECT_TRUE(paths.contains("/Odd%20Name"));
    EXPECT_TRUE(paths.contains("/Odd%2FName"));
    EXPECT_TRUE(paths.contains("/Odd%2FName/{key1},{other}"));
    EXPECT_TRUE(paths.contains("/%FF%22%5C"));
}

TEST(OpenApi, SharesWhatRelationsHaveInCommon) {
    auto const json = document("postgrest", query::testing::music());
    EXPECT_EQ(json.at_pointer("/components/parameters/limit/schema/type").as_string(), "integer");
    EXPECT_EQ(json.at_pointer("/components/parameters/limit/example").as_int64(), 10);
    auto const& parameters = json.at_pointer("/paths/~1artist/parameters").as_array();
    auto const shared = std::ranges::count_if(parameters, [](value const& each) { return each.as_object().contains("$ref"); });
    EXPECT_GT(shared, 5);
    EXPECT_FALSE(json.at_pointer("/components/parameters").as_object().contains("Accept"));
}

TEST(OpenApi, ServesEveryAddressFromOneDocument) {
    auto const model = small();
    auto const dialect = loaded("rest");
    Document const made(dialect, model, facts());
    for (std::string const base : {"http://a", "https://b:1/\"api\""}) {
        std::string text;
        made.append_to(text, base);
        EXPECT_EQ(std::string_view(boost::json::parse(text).at_pointer("/servers/0/url").as_string()), base);
    }
}

std::string keys_of(value const& object) {
    std::string keys;
    for (auto const& [key, member] : object.as_object()) keys.append(keys.empty() ? "" : " ").append(key);
    return keys;
}

TEST(OpenApi, ShowsWhatCanBeWritten) {
    auto const model = small();
    struct Case {
        std::string_view dialect, path, reads, writes;
    } const cases[] = {
        {"postgrest", "/album", "parameters get head", "parameters get head post put patch delete"},
        {"postgrest", "/album_v", "parameters get head", "parameters get head"},
        {"rest", "/album", "parameters get head", "parameters get head post"},
        {"rest", "/album/{id}", "parameters get head", "parameters get head put patch delete"},
    };
    for (auto const& each : cases) {
        SCOPED_TRACE(each.path);
        EXPECT_EQ(keys_of(document(each.dialect, model).at("paths").at(each.path)), each.reads);
        EXPECT_EQ(keys_of(document(each.dialect, model, writing_facts()).at("paths").at(each.path)), each.writes);
    }
}

TEST(OpenApi, DescribesWhatIsWritten) {
    auto const json = document("postgrest", small(), writing_facts());
    auto const& row = json.at_pointer("/components/schemas/album.write");
    EXPECT_EQ(keys_of(row.at("properties")), "id artist_id title added cover");  // live is computed
    EXPECT_FALSE(row.at("additionalProperties").as_bool());
    EXPECT_TRUE(json.at_pointer("/components/schemas/album/properties/live/readOnly").as_bool());
    auto const& post = json.at_pointer("/paths/~1artist/post");
    EXPECT_EQ(keys_of(post.at_pointer("/requestBody/content")), "application/json text/csv application/x-www-form-urlencoded");
    EXPECT_EQ(boost::json::serialize(post.at_pointer("/requestBody/content/application~1json/example")), R"({"name":"abc"})");
    EXPECT_EQ(
        boost::json::serialize(post.at_pointer("/requestBody/content/application~1x-www-form-urlencoded/schema")),
        R"({"allOf":[{"$ref":"#/components/schemas/artist.write"},{"required":["name"]}]})"
    );
    EXPECT_TRUE(post.at("responses").as_object().contains("409"));
    EXPECT_FALSE(json.at_pointer("/paths/~1artist/get/responses").as_object().contains("409"));
    auto const put = given_parameters(json, json.at_pointer("/paths/~1artist").as_object(), "put");
    ASSERT_FALSE(put.empty());
    EXPECT_EQ(put.front().at("name").as_string(), "id");
    EXPECT_TRUE(put.front().at("required").as_bool());
}

/// What documents show must be what the dialect takes: every body's example is read, planned and bound.
TEST(OpenApi, ShowsBodiesThatAreTaken) {
    auto const model = query::testing::music();
    for (auto const name : dialect::builtin_dialects()) {
        auto const dialect = loaded(name);
        for (auto const& entity : model.entities) {
            auto const description = dialect.describe(entity, model);
            for (auto const& write : description.writes) {
                auto const text = example_row(entity, write.required);
                SCOPED_TRACE(std::string(name) + ": " + write.summary + ": " + text);
                dialect::Exchange exchange;
                exchange.method = write.method;
                exchange.endpoint.kind = write.item ? dialect::Endpoint::Kind::item : dialect::Endpoint::Kind::list;
                exchange.endpoint.name = entity.name;
                if (write.item)
                    for (auto const& key : description.key_parameters) exchange.endpoint.key.push_back(key.example);
                for (auto const& parameter : parameters_of(description, write))
                    if (parameter.required) exchange.parameters.push_back({parameter.name, parameter.example, true});
                query::Body body;
                if (write.rows != dialect::WriteDocument::Rows::none) {
                    ASSERT_TRUE(format::read_body(format::BodyFormat::json, text, {}, body));
                }
                auto query = dialect.read(exchange);
                ASSERT_TRUE(query) << describe(query.error());
                auto const intent = dialect.write->read(exchange, std::move(query).value(), body, entity);
                ASSERT_TRUE(intent) << describe(intent.error());
                auto const plan = query::plan_write(model, intent.value().mutation, {}, "");
                ASSERT_TRUE(plan) << describe(plan.error());
                Arena texts;
                query::WriteValues values;
                auto const bound = query::bind_values(model, *plan.value(), intent.value().mutation, body, texts, values);
                EXPECT_TRUE(bound) << describe(bound.error());
            }
        }
    }
}

TEST(OpenApi, TellsWhereTokensArePut) {
    auto of = writing_facts();
    auto json = document("postgrest", small(), of);
    EXPECT_EQ(boost::json::serialize(json.at("security")), R"([{},{"bearer":[]},{"apikey":[]}])");
    EXPECT_EQ(boost::json::serialize(json.at_pointer("/paths/~1album/post/security")), R"([{"bearer":[]},{"apikey":[]}])");
    EXPECT_EQ(
        boost::json::serialize(json.at_pointer("/components/securitySchemes")),
        R"({"bearer":{"type":"http","scheme":"bearer"},"apikey":{"type":"apiKey","in":"header","name":"apikey"}})"
    );
    of.anonymous_reads = false;
    EXPECT_EQ(boost::json::serialize(document("rest", small(), of).at("security")), R"([{"bearer":[]}])");
    of.tokens = false;
    EXPECT_FALSE(document("rest", small(), of).as_object().contains("security"));
}

TEST(OpenApi, TellsDefaultsToWritersOnly) {
    auto const model = small();
    auto of = facts();
    EXPECT_EQ(openapi_document(loaded("rest"), model, of).find("untitled"), std::string::npos);
    of.writable = true;
    EXPECT_NE(openapi_document(loaded("rest"), model, of).find("Default: 'untitled'"), std::string::npos);
}

}  // namespace
}  // namespace koine::openapi
