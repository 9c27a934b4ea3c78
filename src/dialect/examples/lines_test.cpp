#include "dialect/examples/lines.hpp"

#include "dialect/dialect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koine::dialect {
namespace {

using testing::HasSubstr;
using testing::Not;

ExampleFacts facts() {
    return {
        .base = "http://h/api",
        .list_path = "/it%27s",
        .relation = "it's \"one\"",
        .row = {{"ok", model::Type::boolean, "true"}, {"name", model::Type::text, "it's"}},
    };
}

Dialect dialect(std::string_view text) {
    auto loaded = load_dialect_text(text, "test.yaml");
    EXPECT_TRUE(loaded) << describe(loaded.error());
    return std::move(loaded.value());
}

TEST(ExampleLines, EveryBuiltInDialectHasLinesThatRead) {
    for (auto const name : builtin_dialects()) {
        SCOPED_TRACE(name);
        auto const lines = load_dialect(name).value().examples.lines(facts());
        ASSERT_EQ(lines.size(), 3);
        EXPECT_EQ(lines[0].label, "curl");
        EXPECT_EQ(lines[1].label, "JavaScript");
        EXPECT_EQ(lines[2].label, "Python");
        for (auto const& line : lines) {
            EXPECT_FALSE(line.read.empty());
            EXPECT_FALSE(line.insert.empty());
            EXPECT_THAT(line.read + line.insert, Not(HasSubstr("TOKEN")));
        }
    }
}

TEST(ExampleLines, HolesAreQuotedAsTheirLanguageQuotes) {
    auto const made = dialect(R"(dialects: {main: {examples: {first: "{list}?n=3", lines: {
        s: {language: shell, read: "{relation} {first}", insert: "{row}"},
        j: {language: javascript, read: "{relation}", insert: "{row}"},
        p: {language: python, read: "{relation}", insert: "{row}"}}}}})");
    auto const lines = made.examples.lines(facts());
    auto const line = [&](std::string_view label) { return *std::ranges::find(lines, label, &ExampleLine::label); };
    EXPECT_EQ(line("s").read, R"('it'\''s "one"' 'http://h/api/it%27s?n=3')");
    EXPECT_EQ(line("s").insert, R"('{"ok": true, "name": "it'\''s"}')");
    EXPECT_EQ(line("j").read, R"("it's \"one\"")");
    EXPECT_EQ(line("j").insert, R"({"ok": true, "name": "it's"})");
    EXPECT_EQ(line("p").insert, R"({"ok": True, "name": "it's"})");
}

TEST(ExampleLines, ATokenIsPassedOnlyWhereOneIsNeeded) {
    auto needed = facts();
    needed.insert_token = "MY_TOKEN";
    auto const lines = load_dialect("base").value().examples.lines(needed);
    EXPECT_THAT(lines[0].read, Not(HasSubstr("MY_TOKEN")));
    EXPECT_THAT(lines[0].insert, HasSubstr("\"Authorization: Bearer $MY_TOKEN\""));
    EXPECT_THAT(lines[1].insert, HasSubstr("process.env.MY_TOKEN"));
    EXPECT_THAT(lines[2].insert, HasSubstr("os.environ[\"MY_TOKEN\"]"));
}

TEST(ExampleLines, NothingIsInsertedWithoutARow) {
    auto reading = facts();
    reading.row.clear();
    for (auto const& line : load_dialect("base").value().examples.lines(reading)) EXPECT_EQ(line.insert, "");
}

TEST(ExampleLines, MistakesAreTold) {
    for (std::string_view const text :
         {"{lines: {a: {read: \"{table}\"}}}",
          "{lines: {a: {language: shell}}}",
          "{lines: {a: {language: cobol, read: x}}}",
          "{lines: [a]}",
          "{first: \"{base}\"}",
          "{linse: {}}"}) {
        SCOPED_TRACE(text);
        EXPECT_FALSE(load_dialect_text("dialects: {main: {examples: " + std::string(text) + "}}", "test.yaml"));
    }
}

TEST(ExampleRow, HoldsWhatIsRequiredAndWhatTellsMost) {
    model::Entity entity;
    auto const add = [&](std::string name, model::Type type, bool nullable) -> model::Column& {
        auto& column = entity.columns.emplace_back();
        column.name = std::move(name);
        column.type = type;
        column.nullable = nullable;
        return column;
    };
    add("id", model::Type::bigint, false).declared_type = "INTEGER";
    add("name", model::Type::text, true);
    add("price", model::Type::real, false);
    add("made", model::Type::date, false).default_value = "CURRENT_DATE";
    add("note", model::Type::text, true);
    entity.primary_key = model::Key{"", {0}};
    EXPECT_EQ(
        example_row(entity), (std::vector<ExampleField>{{"name", model::Type::text, "Example"}, {"price", model::Type::real, "1.5"}})
    );
}

}  // namespace
}  // namespace koine::dialect
