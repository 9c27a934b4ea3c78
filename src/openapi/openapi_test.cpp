#include "openapi/openapi.hpp"

#include "query/test_model.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

namespace koine::openapi {
namespace {

using boost::json::value;

dialect::Dialect loaded(std::string_view name) {
    auto dialect = dialect::load_dialect(name);
    EXPECT_TRUE(dialect) << describe(dialect.error());
    return std::move(dialect).value();
}

Facts facts() { return {"Music", "1.2.3", "http://127.0.0.1:3000", false}; }

std::string document_text(std::string_view dialect, model::Model const& model) { return openapi_document(loaded(dialect), model, facts()); }

value document(std::string_view dialect, model::Model const& model) { return boost::json::parse(document_text(dialect, model)); }

model::Model small() {
    auto model = query::testing::ModelBuilder()
                     .table("artist", "id:bigint! name:text! rating:numeric founded:date", "id")
                     .table("album", "id:bigint! artist_id:bigint title:text live:boolean added:timestamp cover:blob", "id")
                     .view("album_v", "album", "id title", "n")
                     .references("album", "album_artist_id_fkey", "artist_id", "artist", "id")
                     .build();
    model.entities[1].columns[3].generated = true;
    model.entities[1].columns[2].default_value = "'untitled'";
    return model;
}

/// Lines and indents, so that a golden file's differences can be read.
std::string pretty(value const& json, int depth = 0) {
    std::string const indent(static_cast<std::size_t>(depth + 1) * 2, ' ');
    std::string const end = "\n" + std::string(static_cast<std::size_t>(depth) * 2, ' ');
    auto const flat = boost::json::serialize(json);
    if (flat.size() < 110 || (!json.is_object() && !json.is_array())) return flat;
    std::string out;
    if (json.is_object()) {
        for (auto const& [key, member] : json.get_object())
            out += (out.empty() ? "{\n" : ",\n") + indent + boost::json::serialize(value(key)) + ": " + pretty(member, depth + 1);
        return out + end + "}";
    }
    for (auto const& item : json.get_array()) out += (out.empty() ? "[\n" : ",\n") + indent + pretty(item, depth + 1);
    return out + end + "]";
}

TEST(OpenApi, OfASmallModelIsAsTheGoldenFilesSay) {
    auto const model = small();
    for (std::string const name : {"postgrest", "rest"}) {
        SCOPED_TRACE(name);
        auto const path = "tests/golden/openapi_" + name + ".json";
        auto const text = pretty(document(name, model)) + "\n";
        if (std::getenv("KOINE_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
        std::ifstream file(path);
        std::stringstream golden;
        golden << file.rdbuf();
        EXPECT_EQ(text, golden.str()) << "run with KOINE_UPDATE_GOLDEN=1 to accept";
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

/// Visits every object.
template <class Visit>
void walk(value const& json, Visit const& visit) {
    if (auto const* object = json.if_object()) {
        visit(*object);
        for (auto const& [key, member] : *object) walk(member, visit);
    } else if (auto const* list = json.if_array()) {
        for (auto const& item : *list) walk(item, visit);
    }
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

TEST(OpenApi, HoldsTogether) {
    for (auto const& model : {query::testing::music(), small(), odd(), model::Model{}}) {
        for (auto const name : dialect::builtin_dialects()) {
            SCOPED_TRACE(name);
            auto const json = document(name, model);
            std::set<std::string> operations;
            walk(json, [&](boost::json::object const& object) {
                if (auto const* reference = object.if_contains("$ref"); reference != nullptr && reference->is_string()) {
                    boost::system::error_code error;
                    json.find_pointer(std::string_view(reference->get_string()).substr(1), error);
                    EXPECT_FALSE(error) << reference->get_string();
                }
                if (auto const* id = object.if_contains("operationId"); id != nullptr && id->is_string()) {
                    EXPECT_TRUE(operations.emplace(id->get_string()).second) << id->get_string() << " twice";
                }
            });
            for (auto const& [section, members] : json.at("components").as_object())
                for (auto const& [key, member] : members.as_object())
                    EXPECT_TRUE(std::ranges::all_of(
                        key, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-'; }
                    )) << section
                       << " " << key;
            for (auto const& [path, item] : json.at("paths").as_object()) {
                EXPECT_TRUE(path.starts_with('/')) << path;
                EXPECT_EQ(std::string_view(path).find_first_of(" ?#\""), std::string_view::npos) << path;
                std::set<std::pair<std::string, std::string>> parameters;
                for (auto const& given : item.at("parameters").as_array()) {
                    auto const* reference = given.as_object().if_contains("$ref");
                    auto const& parameter =
                        reference != nullptr ? json.at_pointer(std::string_view(reference->get_string()).substr(1)) : given;
                    std::string const in(parameter.at("in").as_string());
                    std::string const parameter_name(parameter.at("name").as_string());
                    EXPECT_TRUE(parameters.emplace(in, parameter_name).second) << path << " " << parameter_name << " twice";
                    EXPECT_EQ(parameter.as_object().contains("required"), in == "path");
                    EXPECT_EQ(std::string_view(path).contains("{" + parameter_name + "}"), in == "path") << path << " " << parameter_name;
                }
            }
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

TEST(OpenApi, TellsDefaultsToWritersOnly) {
    auto const model = small();
    auto of = facts();
    EXPECT_EQ(openapi_document(loaded("rest"), model, of).find("untitled"), std::string::npos);
    of.writable = true;
    EXPECT_NE(openapi_document(loaded("rest"), model, of).find("Default: 'untitled'"), std::string::npos);
}

}  // namespace
}  // namespace koine::openapi
