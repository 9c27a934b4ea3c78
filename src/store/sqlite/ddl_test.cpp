#include "store/sqlite/ddl.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace koine::store::sqlite {
namespace {

using testing::ElementsAre;

std::vector<std::string> told(std::string_view sql) {
    std::vector<std::string> all;
    for (DdlToken const& token : tokenize_ddl(sql)) all.emplace_back(token.may_be_name() ? token.name_text() : std::string(token.text));
    return all;
}

TEST(DdlTokens, QuotesAndCommentsAreSeenThrough) {
    EXPECT_THAT(told("a \"b \"\"c\" `d``e` [f [g] 'h''i'"), ElementsAre("a", "b \"c", "d`e", "f [g", "h'i"));
    EXPECT_THAT(told("a--b\nc/*d*/e /* unclosed"), ElementsAre("a", "c", "e"));
    EXPECT_THAT(told("x'0a' .5 1e3 größe 名前"), ElementsAre("x'0a'", ".5", "1e3", "größe", "名前"));
    EXPECT_THAT(told("'unclosed"), ElementsAre("unclosed"));
    EXPECT_THAT(told("\""), ElementsAre(""));
    EXPECT_THAT(told("a-b/c"), ElementsAre("a", "-", "b", "/", "c"));
    EXPECT_THAT(told(""), ElementsAre());
}

std::vector<std::string> keys(std::vector<DdlKey> const& all) {
    std::vector<std::string> lines;
    for (DdlKey const& key : all) {
        std::string line = key.name + ":";
        for (std::string const& column : key.columns) line += " " + column;
        lines.push_back(line);
    }
    return lines;
}

TEST(CreateTable, NamesOfConstraintsAreRead) {
    auto table = parse_create_table(R"(CREATE TABLE "a(b" ( -- CONSTRAINT x UNIQUE (id),
        id INTEGER CONSTRAINT pk PRIMARY KEY AUTOINCREMENT,
        "ref" INT CONSTRAINT c1 NOT NULL CONSTRAINT [the fk] REFERENCES p(id) ON DELETE SET NULL UNIQUE,
        v VARCHAR(20) DEFAULT ('CHECK (1)') COLLATE NOCASE CONSTRAINT `v check` CHECK (length(v) > 0 AND v <> ')'),
        g INT GENERATED ALWAYS AS (id * (2)) STORED,
        other REFERENCES q,
        CONSTRAINT "u,n" UNIQUE (v COLLATE NOCASE, "ref" DESC) ON CONFLICT IGNORE,
        FOREIGN KEY (id, 'v') REFERENCES r (x, y) DEFERRABLE INITIALLY DEFERRED
        CONSTRAINT later FOREIGN KEY (v) REFERENCES s,
        CHECK (id > 0 AND "ref" > id), /* , UNIQUE (g) */
        CHECK (1)
    ) STRICT)");
    ASSERT_TRUE(table.primary_key);
    EXPECT_THAT(keys({*table.primary_key}), ElementsAre("pk: id"));
    EXPECT_THAT(keys(table.unique_keys), ElementsAre(": ref", "u,n: v ref"));
    EXPECT_THAT(keys(table.foreign_keys), ElementsAre("the fk: ref", ": other", ": id v", "later: v"));
    ASSERT_EQ(table.checks.size(), 3U);
    EXPECT_EQ(table.checks[0].name, "v check");
    EXPECT_EQ(table.checks[0].expression, "length(v) > 0 AND v <> ')'");
    EXPECT_THAT(table.checks[0].columns, ElementsAre("v"));
    EXPECT_THAT(table.checks[1].columns, ElementsAre("id", "ref"));
    EXPECT_THAT(table.checks[2].columns, ElementsAre());
}

TEST(CreateTable, AConstraintNameBelongsToItsOwnConstraintOnly) {
    auto table = parse_create_table("CREATE TABLE t (a INT CONSTRAINT n NOT NULL UNIQUE, b CONSTRAINT d DEFAULT 1 REFERENCES p)");
    EXPECT_THAT(keys(table.unique_keys), ElementsAre(": a"));
    EXPECT_THAT(keys(table.foreign_keys), ElementsAre(": b"));
}

TEST(CreateTable, AnyTextIsSurvived) {
    for (std::string_view sql :
         {"",
          "(",
          ")",
          "CREATE TABLE t",
          "CREATE TABLE t (",
          "CREATE TABLE t (,,)",
          "CREATE TABLE t (a CHECK (",
          "t (CONSTRAINT",
          "t (FOREIGN KEY",
          "t (PRIMARY KEY",
          "t (a REFERENCES",
          "t (CHECK)",
          "t (CHECK())",
          "t ((((",
          "t (UNIQUE (,), a)"})
        EXPECT_NO_THROW(parse_create_table(sql)) << sql;
}

TEST(CreateVirtualTable, TellsItsModule) {
    EXPECT_EQ(virtual_table_module("CREATE VIRTUAL TABLE x USING FTS5(a, b)"), "fts5");
    EXPECT_EQ(virtual_table_module("CREATE VIRTUAL TABLE \"using\" USING \"rtree\"(a)"), "rtree");
    EXPECT_EQ(virtual_table_module("CREATE TABLE x (a)"), "");
}

TEST(Ddl, TheOptionsOfAVirtualTableAreWordsBeforeAnEqualsSign) {
    EXPECT_TRUE(has_virtual_table_option("CREATE VIRTUAL TABLE x USING fts5(a, Content = 'docs')", "CONTENT"));
    EXPECT_TRUE(has_virtual_table_option("CREATE VIRTUAL TABLE x USING fts5(a, content='')", "CONTENT"));
    EXPECT_FALSE(has_virtual_table_option("CREATE VIRTUAL TABLE x USING fts5(content, a)", "CONTENT"));
    EXPECT_FALSE(has_virtual_table_option("CREATE VIRTUAL TABLE x USING fts5(a, content_rowid=id)", "CONTENT"));
}

TEST(CreateView, TellsWhetherItsRowsAreThoseOfOneRelation) {
    struct Case {
        std::string_view query;
        bool compound;
        std::optional<std::string> source;
    };
    for (Case const& c : std::vector<Case>{
             {"SELECT id, title FROM album", false, "album"},
             {"SELECT a.id AS \"from\", (SELECT 1 FROM b) FROM main.`al bum` AS a WHERE id IN (SELECT x FROM y)", false, "al bum"},
             {"SELECT * FROM album a ORDER BY id;", false, "album"},
             {"SELECT DISTINCT id FROM album", false, std::nullopt},
             {"SELECT ALL id FROM album INDEXED BY i", false, "album"},
             {"SELECT id FROM album GROUP BY id", false, std::nullopt},
             {"SELECT id FROM album, artist", false, std::nullopt},
             {"SELECT id FROM album LEFT JOIN artist", false, std::nullopt},
             {"SELECT id FROM (SELECT id FROM album)", false, std::nullopt},
             {"SELECT value FROM json_each('[1]')", false, std::nullopt},
             {"SELECT id FROM temp.album", false, std::nullopt},
             {"SELECT id FROM a UNION ALL SELECT id FROM b", true, std::nullopt},
             {"SELECT id FROM a WHERE id IN (SELECT 1 EXCEPT SELECT 2)", true, std::nullopt},
             {"VALUES (1)", true, std::nullopt},
             {"WITH x AS (SELECT 1) SELECT * FROM x", false, std::nullopt},
             {"SELECT 1 AS one", false, std::nullopt},
             {"SELECT 1 FROM", false, std::nullopt},
             {"", false, std::nullopt},
         }) {
        SCOPED_TRACE(c.query);
        auto view = parse_create_view("CREATE VIEW \"as\" (x) AS " + std::string(c.query));
        EXPECT_EQ(view.compound, c.compound);
        EXPECT_EQ(view.plain_source, c.source);
    }
    EXPECT_TRUE(parse_create_view("nonsense").compound);
}

}  // namespace
}  // namespace koine::store::sqlite
