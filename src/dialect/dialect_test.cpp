#include "dialect/dialect.hpp"

#include "format/json.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
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
    EXPECT_EQ(builtin_dialects(), (std::vector<std::string_view>{"base", "postgrest", "rest"}));
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
    for (std::string const name : {"postgrest", "rest"}) {
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
    exchange.parameters = decode_query("select=id,name&country=eq.SE&order=name.desc&limit=2").value();
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

TEST(Dialect, DescribesWhatACallerMayWrite) {
    model::Entity entity;
    entity.name = "artist";
    entity.columns.resize(1);
    entity.columns[0].name = "name";
    for (auto const name : builtin_dialects()) {
        SCOPED_TRACE(name);
        auto const description = loaded(name).describe(entity);
        EXPECT_FALSE(description.parameters.empty());
        EXPECT_FALSE(description.responses.empty());
        EXPECT_FALSE(description.response_headers.empty());
    }
}

}  // namespace
}  // namespace koine::dialect
