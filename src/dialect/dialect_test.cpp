#include "dialect/dialect.hpp"

#include "base/arena.hpp"
#include "format/json.hpp"
#include "query/planner.hpp"
#include "query/test_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

namespace koine::dialect {
namespace {

Dialect loaded(std::string_view name) {
    auto dialect = load_dialect(name);
    EXPECT_TRUE(dialect) << describe(dialect.error());
    return std::move(dialect).value();
}

std::string written(RenderedProblem const& problem) {
    std::string text = std::to_string(problem.status) + " " + problem.body;
    for (auto const& header : problem.headers)
        if (header.name != "Vary") text.append(" ").append(header.name).append(": ").append(header.value);
    return text;
}

TEST(BuiltinDialects, AllLoad) {
    EXPECT_EQ(builtin_dialects(), (std::vector<std::string_view>{"base", "drf", "postgrest", "rest"}));
    for (auto const name : builtin_dialects()) {
        SCOPED_TRACE(name);
        auto const dialect = load_dialect(name);
        ASSERT_TRUE(dialect) << describe(dialect.error());
        EXPECT_EQ(dialect.value().name, name);
        EXPECT_NE(dialect.value().page, nullptr);
    }
}

TEST(BuiltinDialects, TheSecondOneIsShort) {
    std::ifstream file("dialects/rest.yaml");
    int lines = 0;
    for (std::string line; std::getline(file, line);) ++lines;
    EXPECT_GT(lines, 0);
    EXPECT_LE(lines, 60);
}

/// Every reason with each argument given as <its name>, once with and once without the ones that may be absent.
std::string all_problems(Dialect const& dialect) {
    std::string text;
    for (std::size_t i = 0; i < kReasonCount; ++i) {
        auto const reason = static_cast<Reason>(i);
        for (bool const optional : {false, true}) {
            Problem problem(reason);
            bool any = false;
            for (auto const& argument : arguments_of(reason)) {
                if (argument.optional && !optional) continue;
                any = any || argument.optional;
                if (argument.name == "candidates")
                    problem = std::move(problem).with_records({{{"cardinality", "many-to-one"}, {"relationship", "fk using a(b)"}}});
                else
                    problem = std::move(problem).with(argument.name, "<" + std::string(argument.name) + ">");
            }
            if (optional && !any) continue;
            text.append(to_string(reason)).append(optional ? "+ " : " ").append(written(dialect.render(problem, nullptr))).append("\n");
        }
    }
    return text;
}

TEST(BuiltinDialects, WordEveryReasonAsTheGoldenFilesSay) {
    for (std::string const name : {"drf", "postgrest", "rest"}) {
        SCOPED_TRACE(name);
        std::string const path = "tests/golden/problems_" + name + ".txt";
        auto const text = all_problems(loaded(name));
        if (std::getenv("KOINE_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
        std::ifstream file(path);
        std::stringstream golden;
        golden << file.rdbuf();
        EXPECT_EQ(text, golden.str()) << "run with KOINE_UPDATE_GOLDEN=1 to accept";
    }
}

TEST(Postgrest, NamesTheSchemaThatTheRequestNamed) {
    auto const dialect = loaded("postgrest");
    Exchange exchange;
    auto const problem = Problem(Reason::unknown_relation).with("relation", "nosuch");
    EXPECT_EQ(
        dialect.render(problem, &exchange).body,
        R"({"code":"PGRST205","message":"Could not find the table 'public.nosuch' in the schema cache","details":null,"hint":null})"
    );
    exchange.schema = "main";
    EXPECT_NE(dialect.render(problem, &exchange).body.find("'main.nosuch'"), std::string::npos);
}

TEST(Postgrest, SendsItsHeaders) {
    auto const dialect = loaded("postgrest");
    Header const given[] = {{"Prefer", "handling=lenient, count=exact"}, {"Accept-Profile", "public"}, {"Origin", "https://x.test"}};
    Exchange exchange;
    exchange.headers = given;
    ASSERT_TRUE(dialect.context.read(exchange));
    PageFacts page;
    page.range = "0-4/5";
    AnswerValues values(&exchange);
    values.with_page(page);
    std::vector<ResponseHeader> headers;
    dialect.headers.add(Headers::On::lists, values, &exchange, headers);
    std::vector<ResponseHeader> const want = {
        {"Vary", "Accept, Prefer, Range"},
        {"Content-Range", "0-4/5"},
        {"Content-Profile", "public"},
        {"Preference-Applied", "count=exact, handling=lenient"},
        {"Access-Control-Allow-Origin", "*"},
        {"Access-Control-Expose-Headers",
         "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, Transfer-Encoding, Range-Unit, "
         "Preference-Applied, Proxy-Status, ETag"},
    };
    EXPECT_EQ(headers, want);
}

TEST(Postgrest, AnswersPreflights) {
    auto const dialect = loaded("postgrest");
    Header const given[] = {
        {"Origin", "https://x.test"}, {"Access-Control-Request-Method", "GET"}, {"Access-Control-Request-Headers", "prefer"}
    };
    Exchange exchange;
    exchange.method = Method::options;
    exchange.headers = given;
    std::vector<ResponseHeader> headers;
    ASSERT_TRUE(dialect.headers.preflight(exchange, headers));
    std::vector<ResponseHeader> const want = {
        {"Access-Control-Allow-Origin", "*"},
        {"Access-Control-Allow-Methods", "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD"},
        {"Access-Control-Allow-Headers", "Authorization, prefer, Accept, Accept-Language, Content-Language"},
        {"Access-Control-Max-Age", "86400"},
    };
    EXPECT_EQ(headers, want);
    exchange.method = Method::get;
    EXPECT_FALSE(dialect.headers.preflight(exchange, headers));
}

TEST(Postgrest, ReadsAQueryThroughAllItsAxes) {
    auto const dialect = loaded("postgrest");
    Exchange exchange;
    exchange.endpoint = {Endpoint::Kind::list, "artist", {}};
    exchange.parameters = dialect.input.read("select=id,name&country=eq.SE&order=name.desc&limit=2").value();
    auto const query = dialect.read(exchange);
    ASSERT_TRUE(query) << describe(query.error());
    EXPECT_EQ(query.value().relation, "artist");
    EXPECT_EQ(query.value().select.size(), 2u);
    EXPECT_EQ(query.value().filters.size(), 1u);
    EXPECT_EQ(query.value().orders.size(), 1u);
    EXPECT_EQ(query.value().window.limit, 2);
}

TEST(Rest, FramesListsAndItems) {
    auto const dialect = loaded("rest");
    EXPECT_TRUE(dialect.envelope.needs_total());
    EXPECT_FALSE(loaded("postgrest").envelope.needs_total());
    PageFacts page;
    page.returned = 2;
    page.limit = 2;
    page.total = 5;
    page.number = 2;
    page.pages = 3;
    page.next = "/n";
    Exchange const exchange;
    AnswerValues values(&exchange);
    values.with_page(page);
    std::string list;
    format::JsonWriter sink(list);
    dialect.envelope.write_list(values, [](auto& out) { out.json("[1,2]"); }, sink);
    sink.finish();
    EXPECT_EQ(list, R"({"data":[1,2],"meta":{"page":2,"per_page":2,"total":5,"pages":3},"links":{"next":"/n"}})");
    std::string item;
    format::JsonWriter item_sink(item);
    dialect.envelope.write_item(AnswerValues(&exchange).with_item(), [](auto& out) { out.json("{}"); }, item_sink);
    item_sink.finish();
    EXPECT_EQ(item, R"({"data":{}})");
}

TEST(Rest, ShowsWarningsInItsFrames) {
    auto const dialect = loaded("rest");
    PageFacts page;
    page.total = 0;
    Exchange const exchange;
    std::vector<std::string> const messages = {
        dialect.errors.message(Problem(Reason::rows_cut).with("limit", "rows").with("maximum", 4), &exchange),
        "say \"so\"",
    };
    AnswerValues values(&exchange);
    values.with_page(page).with_warnings(messages, "max-rows");
    std::string list;
    format::JsonWriter sink(list);
    dialect.envelope.write_list(values, [](auto& out) { out.json("[]"); }, sink);
    sink.finish();
    EXPECT_NE(list.find(R"("warnings":["The answer ends at the server's limit of 4 rows; there are more.","say \"so\""])"), list.npos)
        << list;
    for (std::string_view const name : {"rest", "postgrest"}) {
        std::vector<ResponseHeader> headers;
        auto const other = loaded(name);  // the headers' names live in it
        other.headers.add(Headers::On::items, values, &exchange, headers);
        EXPECT_NE(std::ranges::find(headers, ResponseHeader{"Koine-Truncated", "max-rows"}), headers.end()) << name;
    }
}

TEST(Dialect, DescribesWhatACallerMayWrite) {
    auto const model = query::testing::music();
    for (auto const name : builtin_dialects()) {
        SCOPED_TRACE(name);
        auto const dialect = loaded(name);
        for (auto const& entity : model.entities) {
            auto const description = dialect.describe(entity, model);
            EXPECT_EQ(description.list_path, "/" + entity.name);
            EXPECT_FALSE(description.parameters.empty());
            EXPECT_FALSE(description.errors.empty());
            EXPECT_FALSE(description.list_headers.empty());
            for (auto const& header : description.list_headers) EXPECT_FALSE(header.description.empty()) << header.name;
            std::set<std::pair<std::string, std::string>> names;
            for (auto const& parameter : description.parameters)
                EXPECT_TRUE(names.emplace(parameter.in, parameter.name).second) << parameter.name << " twice";
        }
    }
}

/// What documents show must be what the dialect takes: every example is read, planned and bound.
TEST(Dialect, UnderstandsItsOwnExamples) {
    auto const model = query::testing::music();
    for (auto const name : builtin_dialects()) {
        auto const dialect = loaded(name);
        for (auto const& entity : model.entities) {
            for (auto const& parameter : dialect.describe(entity, model).parameters) {
                if (parameter.in != "query") continue;
                SCOPED_TRACE(std::string(name) + ": " + entity.name + "?" + parameter.name + "=" + parameter.example);
                EXPECT_FALSE(parameter.example.empty());
                Exchange exchange;
                exchange.endpoint = {Endpoint::Kind::list, entity.name, {}};
                exchange.parameters = {{parameter.name, parameter.example, true}};
                auto const query = dialect.read(exchange);
                ASSERT_TRUE(query) << describe(query.error());
                auto const plan = query::plan_read(model, query.value(), {}, "");
                ASSERT_TRUE(plan) << describe(plan.error());
                Arena texts;
                std::vector<query::Argument> arguments;
                auto const bound = query::bind(*plan.value(), query.value(), 100, texts, arguments);
                EXPECT_TRUE(bound) << describe(bound.error());
            }
        }
    }
}

std::string example(Description const& description, std::string_view name) {
    auto const found = std::ranges::find(description.parameters, name, &ParameterDocument::name);
    return found == description.parameters.end() ? "not described" : found->example;
}

TEST(Postgrest, GivesExamplesThatFitTheColumns) {
    auto const model = query::testing::music();
    auto const dialect = loaded("postgrest");
    auto const of = [&](std::string_view entity) { return dialect.describe(model[*model.entity(entity)], model); };
    auto const artist = of("artist");
    EXPECT_EQ(example(artist, "select"), "*,album(title)");
    EXPECT_EQ(example(artist, "order"), "id.desc");
    EXPECT_EQ(example(artist, "id"), "eq.1");
    EXPECT_EQ(example(artist, "name"), "ilike.*abc*");
    EXPECT_EQ(example(artist, "rating"), "gte.1.5");
    EXPECT_EQ(example(artist, "active"), "is.true");
    EXPECT_EQ(example(artist, "meta"), "not.is.null");
    EXPECT_EQ(example(artist, "founded"), "gte.2024-01-01");
    EXPECT_EQ(example(artist, "or"), "(id.eq.1,founded.not.is.null)");
    EXPECT_EQ(example(of("orders"), "select"), "*,address!orders_billing_fk(city)");
    EXPECT_EQ(example(of("nopk"), "select"), "a,b");
    EXPECT_EQ(artist.item_path, "");
    std::vector<ResponseDocument> const part = {{206, "A part of the rows counted", false}};
    EXPECT_EQ(artist.responses, part);
    auto const refused = std::ranges::find(artist.errors, 416, &ResponseDocument::status);
    ASSERT_NE(refused, artist.errors.end());
    EXPECT_EQ(refused->description, "Range Not Satisfiable: PGRST103");
    EXPECT_TRUE(std::ranges::find(artist.errors, 405, &ResponseDocument::status)->writes_only);
}

TEST(Postgrest, WritesOddNamesSoThatTheyAreRead) {
    auto model = query::testing::ModelBuilder().table("odd", "id:bigint! or:text a.b:text select:text", "id").build();
    auto const description = loaded("postgrest").describe(model.entities[0], model);
    EXPECT_EQ(example(description, "\"or\""), "ilike.*abc*");
    EXPECT_EQ(example(description, "\"a.b\""), "ilike.*abc*");
    EXPECT_EQ(example(description, "\"select\""), "ilike.*abc*");
}

TEST(Rest, DescribesItemsFiltersAndFrames) {
    auto const model = query::testing::music();
    auto const dialect = loaded("rest");
    auto const album = dialect.describe(model[*model.entity("album")], model);
    EXPECT_EQ(album.item_path, "/album/{id}");
    EXPECT_EQ(dialect.describe(model[*model.entity("album_genre")], model).item_path, "/album_genre/{album_id},{genre_id}");
    EXPECT_EQ(dialect.describe(model[*model.entity("nopk")], model).item_path, "");
    EXPECT_EQ(example(album, "title__ilike"), "%abc%");
    EXPECT_EQ(example(album, "price__gte"), "1.5");
    EXPECT_EQ(example(album, "price__ilike"), "not described");
    EXPECT_EQ(example(album, "artist_id__in"), "1,2");
    EXPECT_EQ(example(album, "uid__is_null"), "true");
    auto const total = std::ranges::find(album.list_headers, "X-Total-Count", &HeaderDocument::name);
    ASSERT_NE(total, album.list_headers.end());
    EXPECT_EQ(total->type, "integer");
    EXPECT_EQ(
        dialect.envelope.item_schema("{}"),
        R"({"type":"object","properties":{"data":{},"warnings":{"type":"array","items":{"type":"string"},)"
        R"("description":"What did not stop the request, in words"}},"required":["data"]})"
    );
    EXPECT_EQ(
        loaded("postgrest").errors.body_schema(),
        R"({"type":"object","properties":{"code":{"type":"string"},"message":{"type":"string"},"details":{"type":["string","array","null"],)"
        R"("items":{"type":"object","additionalProperties":{"type":"string"}}},"hint":{"type":["string","null"]}},)"
        R"("required":["code","message","details","hint"]})"
    );
}

TEST(Examples, LeaveOutNamesThatAListCannotHold) {
    auto model = query::testing::ModelBuilder().table("odd", "a,b:text -c:text d:text e:text f:text", "d").build();
    auto const description = loaded("rest").describe(model.entities[0], model);
    EXPECT_EQ(example(description, "fields"), "d,e");
    EXPECT_EQ(example(description, "sort"), "-d");
}

TEST(Examples, EmbedNothingThatIsCalledLikeAColumn) {
    auto model = query::testing::ModelBuilder()
                     .table("artist", "id:bigint! name:text", "id")
                     .table("album", "id:bigint! artist:bigint", "id")
                     .references("album", "album_artist_fkey", "artist", "artist", "id")
                     .build();
    auto const description = loaded("postgrest").describe(model.entities[1], model);
    EXPECT_EQ(example(description, "select"), "id,artist");
}

}  // namespace
}  // namespace koine::dialect
