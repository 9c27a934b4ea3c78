#include "query/planner.hpp"
#include "query/shape.hpp"
#include "query/test_model.hpp"
#include "query/test_query.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

namespace koine::query {
namespace {

using namespace testing;
using Kind = Given::Kind;

std::string text(Cell const& cell) {
    switch (cell.kind()) {
        case Cell::Kind::null: return "null";
        case Cell::Kind::integer: return fmt::format("{}", cell.integer());
        case Cell::Kind::real: return fmt::format("{}r", cell.real());
        case Cell::Kind::text: return fmt::format("'{}'", cell.view());
        case Cell::Kind::blob: break;
    }
    return fmt::format("x{}", cell.view());
}

std::string refusal(Problem const& problem) {
    std::string out(to_string(problem.reason()));
    for (std::string_view name : {"type", "value", "limit"})
        if (auto value = problem.argument(name)) out += fmt::format(" | {}", *value);
    return out;
}

Body body_of(std::vector<std::string> names, std::vector<Given> values) {
    Body body;
    body.form = Body::Form::list;
    body.rows = names.empty() ? 0 : values.size() / names.size();
    body.names = std::move(names);
    body.values = std::move(values);
    return body;
}

struct Bound {
    WriteValues values;
    std::string text;
    Arena arena;
};

Bound bound(model::Model const& model, Mutation const& mutation, Body const& body) {
    Bound out;
    auto plan = plan_write(model, mutation, {}, "public");
    if (!plan) {
        out.text = refusal(plan.error());
        return out;
    }
    auto result = bind_values(model, *plan.value(), mutation, body, out.arena, out.values);
    if (!result) {
        out.text = refusal(result.error());
        return out;
    }
    auto const width = plan.value()->columns.size();
    for (std::size_t i = 0; i < out.values.cells.size(); ++i) {
        if (i > 0) out.text += i % width == 0 ? " / " : " ";
        bool given = out.values.given.empty() || out.values.given[i] != 0;
        out.text += given ? query::text(out.values.cells[i]) : "default";
    }
    return out;
}

/// One value bound to a column of that type.
std::string bound(std::string const& type, Given given) {
    auto const model = ModelBuilder().table("t", "id:bigint! x:" + type).build();
    Mutation mutation;
    mutation.relation = "t";
    mutation.columns = {"x"};
    return bound(model, mutation, body_of({"x"}, {given})).text;
}

TEST(BindValues, MakesEveryKindOfValueOneOfTheColumnsType) {
    struct Case {
        std::string type;
        Kind kind;
        std::string_view given;
        std::string_view want;
    };
    using namespace std::string_view_literals;
    for (auto const& [type, kind, given, want] : std::vector<Case>{
             {"text", Kind::text, "a", "'a'"},
             {"text", Kind::text, "", "''"},
             {"text", Kind::text, "NULL", "'NULL'"},
             {"text", Kind::number, "5.0", "'5.0'"},
             {"text", Kind::boolean, "true", "'true'"},
             {"text", Kind::json, R"({"a":[1]})", R"('{"a":[1]}')"},
             {"text", Kind::null, "", "null"},
             {"text", Kind::text, "a\0b"sv, "invalid_literal | text | a\0b"sv},
             {"integer", Kind::number, "7", "7"},
             {"integer", Kind::text, " +7 ", "7"},
             {"integer", Kind::number, "1.5", "invalid_literal | integer | 1.5"},
             {"integer", Kind::number, "1e3", "invalid_literal | integer | 1e3"},
             {"integer", Kind::text, "", "invalid_literal | integer | "},
             {"integer", Kind::boolean, "true", "invalid_literal | integer | true"},
             {"integer", Kind::json, "[]", "invalid_literal | integer | []"},
             {"bigint", Kind::number, "9223372036854775807", "9223372036854775807"},
             {"bigint", Kind::number, "9223372036854775808", "literal_out_of_range | bigint | 9223372036854775808"},
             {"boolean", Kind::boolean, "true", "1"},
             {"boolean", Kind::boolean, "false", "0"},
             {"boolean", Kind::text, "yes", "1"},
             {"boolean", Kind::text, "off", "0"},
             {"boolean", Kind::number, "1", "1"},
             {"boolean", Kind::number, "2", "invalid_literal | boolean | 2"},
             {"boolean", Kind::json, "{}", "invalid_literal | boolean | {}"},
             {"json", Kind::json, R"({"a":1.50})", R"('{"a":1.50}')"},
             {"json", Kind::number, "1.50", "'1.50'"},
             {"json", Kind::number, "1e999", "literal_out_of_range | double precision | 1e999"},
             {"json", Kind::boolean, "false", "'false'"},
             {"json", Kind::text, "a\"b\n", R"('"a\"b\u000a"')"},
             {"json", Kind::text, "{}", R"('"{}"')"},
             {"json", Kind::null, "", "null"},
             {"numeric", Kind::number, "9.90", "9.9r"},
             {"numeric", Kind::text, "12", "12"},
             {"numeric", Kind::number, "0.1234567890123456789", "0.12345678901234568r"},
             {"numeric", Kind::number, "12345678901234567890", "1.2345678901234567e+19r"},
             {"numeric", Kind::text, "x", "invalid_literal | numeric | x"},
             {"numeric", Kind::text, "NaN", "literal_out_of_range | numeric | NaN"},
             {"numeric", Kind::text, "-infinity", "-infr"},
             {"real", Kind::number, "1e400", "literal_out_of_range | double precision | 1e400"},
             {"real", Kind::number, "-1.5E3", "-1500r"},
             {"real", Kind::boolean, "true", "invalid_literal | double precision | true"},
             {"blob", Kind::text, "\\x6162", "xab"},
             {"blob", Kind::text, "ab", "xab"},
             {"blob", Kind::text, "\\x6", "invalid_literal | bytea | \\x6"},
             {"date", Kind::text, "2024-2-29", "'2024-02-29'"},
             {"date", Kind::text, "2023-02-29", "datetime_out_of_range | date | 2023-02-29"},
             {"date", Kind::boolean, "true", "invalid_datetime | date | true"},
             {"timestamp", Kind::text, "2024-02-29T12:00:00Z", "'2024-02-29 12:00:00Z'"},
             {"timestamp", Kind::number, "1700000000", "1700000000"},
             {"time", Kind::text, "9:30", "'09:30'"},
             {"uuid", Kind::text, "0F8FAD5B-D9CB-469F-A165-70867728950E", "'0f8fad5b-d9cb-469f-a165-70867728950e'"},
             {"uuid", Kind::number, "5", "invalid_literal | uuid | 5"},
             {"any", Kind::number, "5", "5"},
             {"any", Kind::number, "5.50", "5.5r"},
             {"any", Kind::number, "1e400", "literal_out_of_range | numeric | 1e400"},
             {"any", Kind::text, "5", "'5'"},
             {"any", Kind::boolean, "true", "'true'"},
             {"any", Kind::json, "[1]", "'[1]'"},
             {"any", Kind::text, "\0"sv, "invalid_literal | text | \0"sv},
         }) {
        SCOPED_TRACE(fmt::format("{} from {}", type, given));
        EXPECT_EQ(bound(type, {kind, given}), want);
    }
}

TEST(BindValues, KeepsMessagesShort) {
    auto const long_text = "é" + std::string(10'000, 'x');
    EXPECT_EQ(bound("integer", {Kind::text, long_text}), "invalid_literal | integer | é" + std::string(198, 'x'));
}

model::Model pairs() { return ModelBuilder().table("t", "id:bigint! a:integer b:text").build(); }

Mutation mutation_of(Change change, std::vector<std::string> columns) {
    Mutation mutation;
    mutation.change = change;
    mutation.relation = "t";
    mutation.columns = std::move(columns);
    return mutation;
}

TEST(BindValues, FindsEachColumnByItsName) {
    auto const body = body_of({"x", "b", "a"}, {{Kind::json, "[]"}, {Kind::text, "p"}, {Kind::number, "1"}, {}, {}, {Kind::number, "2"}});
    EXPECT_EQ(bound(pairs(), mutation_of(Change::insert, {"a", "b"}), body).text, "1 'p' / 2 null");
    EXPECT_EQ(bound(pairs(), mutation_of(Change::insert, {"id", "a"}), body).text, "null 1 / null 2");
    EXPECT_EQ(bound(pairs(), mutation_of(Change::update, {"b"}), body).text, "'p'");
    EXPECT_EQ(bound(pairs(), mutation_of(Change::insert, {}), body).values.rows, 2U);
    EXPECT_EQ(bound(pairs(), mutation_of(Change::remove, {}), body).values.rows, 0U);
}

TEST(BindValues, TellsDefaultsFromNulls) {
    auto const body = body_of({"a", "b"}, {{Kind::number, "1"}, {Kind::null, ""}, {}, {Kind::text, "p"}});
    auto insert = mutation_of(Change::insert, {"a", "b"});
    insert.absent_is_default = true;
    EXPECT_EQ(bound(pairs(), insert, body).text, "1 null / default 'p'");
    insert.columns = {"b"};
    EXPECT_TRUE(bound(pairs(), insert, body).values.given.empty());
    insert.columns = {"id"};
    EXPECT_EQ(bound(pairs(), insert, body).text, "default / default");
    insert.change = Change::update;
    EXPECT_EQ(bound(pairs(), insert, body).text, "null");
}

TEST(BindValues, TextsAreViewsWhereNothingIsRewritten) {
    std::string const source = "a text that is longer than any small buffer";
    auto out = bound(pairs(), mutation_of(Change::insert, {"b"}), body_of({"b"}, {{Kind::text, source}}));
    ASSERT_EQ(out.values.cells.size(), 1U);
    EXPECT_EQ(out.values.cells[0].view().data(), source.data());
    EXPECT_EQ(out.arena.used(), 0U);
}

TEST(BindValues, HasALimit) {
    Body body;
    body.rows = kMaxWriteValues / 2 + 1;
    EXPECT_EQ(bound(pairs(), mutation_of(Change::insert, {"a", "b"}), body).text, "limit_exceeded | values of a write");
}

TEST(BindChosen, BindsKeysFiltersAndWindows) {
    auto const model = music();
    Mutation mutation;
    mutation.change = Change::remove;
    auto chosen = [&](Query query) {
        split(std::move(query), mutation);
        auto plan = plan_write(model, mutation, {}, "public");
        if (!plan) return refusal(plan.error());
        Arena arena;
        std::vector<Argument> arguments;
        auto result = bind_chosen(*plan.value(), mutation, arena, arguments);
        if (!result) return refusal(result.error());
        std::string out;
        for (auto const& argument : arguments) out += (out.empty() ? "" : " ") + text(argument.scalar);
        return out;
    };
    EXPECT_EQ(chosen(Asking("artist").key({"5"}).where(on("name", Operator::eq, {"x"}))), "'x' 5");
    EXPECT_EQ(chosen(Asking("artist").order({asc("id")}).window({100'000, 3})), "100000 3");
    EXPECT_EQ(chosen(Asking("artist").order({asc("id")}).window({-1, 0})), "0");
    EXPECT_EQ(chosen(Asking("artist").order({asc("id")}).window({{}, 3})), "9223372036854775807 3");
    EXPECT_EQ(chosen(Asking("artist").where(on("id", Operator::eq, {"x"}))), "invalid_literal | bigint | x");
    EXPECT_EQ(
        chosen(Asking("artist")
                   .select({embed("album", {})})
                   .where(on("title", Operator::eq, {"t"}), {"album"})
                   .where(on("album", Operator::is_not_null))
                   .where(on("id", Operator::lt, {"9"}))
                   .window({4, 0}, {"album"})),
        "'t' 9"
    );
}

TEST(ShapeOfMutation, DiffersForWhateverChangesTheStatements) {
    auto shape = [](Mutation const& mutation) {
        std::string key;
        shape_of(mutation, key);
        return key;
    };
    Mutation base;
    base.relation = "t";
    base.columns = {"a", "b"};
    base.chosen.filters.push_back({{}, on("a", Operator::eq, {"1"})});
    auto other_values = base;
    other_values.chosen.filters[0].value.condition.values = {"2"};
    EXPECT_EQ(shape(base), shape(other_values));

    std::vector<Mutation> all(11, base);
    all[1].change = Change::update;
    all[2].relation = "u";
    all[3].columns = {"b", "a"};
    all[4].absent_is_default = true;
    all[5].on_conflict = OnConflict::merge;
    all[6].conflict_columns = {"a"};
    all[7].returning = Returning::rows;
    all[8].returned.select = {col("a")};
    all[9].chosen.window.limit = 1;
    std::swap(all[10].chosen, all[10].returned);
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t k = 0; k < i; ++k) EXPECT_NE(shape(all[i]), shape(all[k])) << i << " " << k;
}

TEST(ShapeOfMutation, IsNeverThatOfARead) {
    Mutation mutation;
    std::string write;
    shape_of(mutation, write);
    for (std::size_t length = 0; length < 40'000; length = length * 2 + 1) {
        Query read;
        read.relation = std::string(length, '\0');
        std::string key;
        shape_of(read, key);
        EXPECT_NE(key.substr(0, 2), write.substr(0, 2)) << length;
    }
}

}  // namespace
}  // namespace koine::query
