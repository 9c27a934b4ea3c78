#include "store/text.hpp"

#include "store/sqlite/write_fixture.hpp"
#include "store/transaction.hpp"

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace koine::store::sqlite {
namespace {

using namespace testing;
using namespace std::chrono_literals;

constexpr char const* kSchema = R"(
    CREATE TABLE author(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, rank INTEGER);
    CREATE TABLE book(id INTEGER PRIMARY KEY, title TEXT, author_id INTEGER REFERENCES author(id), price REAL, cover BLOB);
    CREATE VIEW rich AS SELECT id, title FROM book WHERE price > 5;
    INSERT INTO author VALUES (1, 'Ada', 3), (2, 'Bob', NULL);
    INSERT INTO book VALUES (1, 'Notes', 1, 1.5, NULL), (2, 'More', 1, 10.0, x'00ff'), (3, 'Songs', 2, NULL, NULL);
)";

/// Reads for seconds.
constexpr char const* kEndless =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT count(*) AS n FROM n";
/// Reads for milliseconds.
constexpr char const* kSlow =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) AS n FROM n";

std::shared_ptr<Text const> text_of(std::string text) {
    Text made;
    made.text = std::move(text);
    return std::make_shared<Text const>(std::move(made));
}

std::string shown_text(TextRows const& rows) {
    return fmt::format("{}\n{}", fmt::join(rows.columns, ", "), testing::shown(rows.rows.steps.at(0)));
}

class TextTest : public WriteTest {
protected:
    using Values = std::vector<Named>;

    Result<void> on_session(
        std::string text, Values const& values, TextRows& rows, RunLimits limits = {}, Cancellation const* cancelled = nullptr
    ) {
        std::optional<Result<void>> done;
        auto run = [](Session& session,
                      std::shared_ptr<Text const> text,
                      Values const& values,
                      RunLimits limits,
                      Cancellation const* cancelled,
                      TextRows& rows,
                      std::optional<Result<void>>& done) -> Awaitable<> {
            auto prepared = session.prepare(std::move(text));
            if (!prepared) {
                done.emplace(prepared.as_failure());
                co_return;
            }
            done = co_await session.run(prepared.value(), std::span(values), limits, cancelled, rows);
        };
        boost::asio::co_spawn(
            worker_->loop(),
            run(worker_->session(), text_of(std::move(text)), values, limits, cancelled, rows, done),
            [](std::exception_ptr failed) { EXPECT_FALSE(failed); }
        );
        worker_->loop().restart();
        worker_->loop().run();
        return done.value();
    }
    Result<void> in_work(Work const& work) {
        std::optional<Result<void>> done;
        auto run = [](Session& session, Work const& work, std::optional<Result<void>>& done) -> Awaitable<> {
            done = co_await session.transact(work, nullptr);
        };
        boost::asio::co_spawn(worker_->loop(), run(worker_->session(), work, done), [](std::exception_ptr failed) {
            EXPECT_FALSE(failed);
        });
        worker_->loop().restart();
        worker_->loop().run();
        return done.value();
    }
    Result<void> in_transaction(std::string text, Values const& values, TextRows& rows, RunLimits limits = {}) {
        auto const asked = text_of(std::move(text));
        return in_work([&](Transaction& transaction) { return transaction.read(asked, values, limits, rows); });
    }
    static std::string why(Result<void> const& done) {
        if (done) return "done";
        if (done.error().reason() == Reason::configuration) return describe(done.error());
        auto text = told(done);
        if (!done.error().cause().empty()) text.append(" because ").append(done.error().cause());
        return text;
    }
    /// What both give, in a session and in a transaction.
    std::string both(std::string const& text, Values const& values = {}, RunLimits limits = {}) {
        TextRows rows;
        TextRows within;
        auto const done = on_session(text, values, rows, limits);
        auto const written = in_transaction(text, values, within, limits);
        EXPECT_EQ(why(done), why(written)) << text;
        if (!done || !written) return why(done);
        EXPECT_EQ(shown_text(rows), shown_text(within)) << text;
        return shown_text(rows);
    }
};

TEST_F(TextTest, GivesRowsByTheNamesOfColumnsAndTakesValuesByNames) {
    open(kSchema);
    struct Case {
        std::string text;
        Values values;
        std::string_view want;
    } const cases[] = {
        {"SELECT id, name, rank FROM author ORDER BY id", {}, "id, name, rank\n1, 'Ada', 3\n2, 'Bob', null\n"},
        {"SELECT title AS t, price FROM book WHERE id = :id;  -- that one\n",
         {{"id", query::Cell::of(std::int64_t{1})}},
         "t, price\n'Notes', 1.500000\n"},
        {"SELECT name FROM author WHERE :name IS NULL OR name = :name ORDER BY id", {}, "name\n'Ada'\n'Bob'\n"},
        {"SELECT name FROM author WHERE :name IS NULL OR name = :name", {{"name", query::Cell::text("Bob")}}, "name\n'Bob'\n"},
        {"SELECT name FROM author WHERE name = :name", {{"name", query::Cell::text("x' OR 1")}}, "name\n"},
        {"WITH most AS (SELECT author_id, count(*) AS books FROM book GROUP BY author_id) SELECT books FROM most ORDER BY books",
         {},
         "books\n1\n2\n"},
        {"WITH n AS (SELECT 1) SELECT count(*) AS n FROM n", {}, "n\n1\n"},
        {"SELECT count(*) AS n FROM Author", {}, "n\n2\n"},
        {"SELECT title FROM rich", {}, "title\n'More'\n"},
        {"SELECT value FROM json_each(:ids)", {{"ids", query::Cell::text("[2,1]")}}, "value\n2\n1\n"},
        {"SELECT upper(:x) AS \"x-y\", 1.5 AS r", {{"x", query::Cell::text("é")}}, "x-y, r\n'é', 1.500000\n"},
        {"SELECT a.id, b.id AS book FROM author a JOIN book b ON b.author_id = a.id WHERE b.id = 3", {}, "id, book\n2, 3\n"},
    };
    for (auto const& each : cases) EXPECT_EQ(both(each.text, each.values), each.want) << each.text;
    TextRows rows;
    EXPECT_EQ(why(on_session("SELECT 1 AS a", Values{{"b", {}}}, rows)), "internal because no parameter is called b");
}

TEST_F(TextTest, TakesOnlyOneStatementThatReadsTables) {
    open(kSchema);
    struct Case {
        std::string_view text;
        std::string_view want;
    } const cases[] = {
        {"", ":1:1: there is no statement: one SELECT is wanted"},
        {"-- nothing\n", ":1:1: there is no statement: one SELECT is wanted"},
        {"SELECT 1 AS a;\n SELECT 2 AS b", ":2:2: one statement is wanted, and here begins another one"},
        {"SELECT 1 AS a; nonsense", ":1:16: one statement is wanted, and here begins another one"},
        {"\n DELETE FROM book", ":2:2: only reads are taken: one SELECT, or WITH … SELECT"},
        {"INSERT INTO author(name) VALUES ('x')", "only reads are taken"},
        {"INSERT INTO author(name) VALUES ('x') RETURNING id", "only reads are taken"},
        {"UPDATE author SET rank = 1", "only reads are taken"},
        {"WITH a AS (SELECT 1) DELETE FROM author", "only reads are taken"},
        {"REPLACE INTO author(id, name) VALUES (1, 'x')", "only reads are taken"},
        {"CREATE TABLE x(a)", "only reads are taken"},
        {"CREATE TEMP VIEW x AS SELECT 1", "only reads are taken"},
        {"DROP TABLE author", "only reads are taken"},
        {"ALTER TABLE author ADD x", "only reads are taken"},
        {"ATTACH 'other.db' AS other", "only reads are taken"},
        {"DETACH main", "only reads are taken"},
        {"PRAGMA table_list", "only reads are taken"},
        {"PRAGMA journal_mode = delete", "only reads are taken"},
        {"VACUUM INTO 'copy.db'", "only reads are taken"},
        {"REINDEX", "only reads are taken"},
        {"ANALYZE", "only reads are taken"},
        {"BEGIN", "only reads are taken"},
        {"COMMIT", "only reads are taken"},
        {"SAVEPOINT x", "only reads are taken"},
        {"EXPLAIN SELECT 1 AS a", "only reads are taken"},
        {"SELECT sql FROM sqlite_schema", "is no table of the app"},
        {"SELECT count(*) AS n FROM sqlite_master", "is no table of the app"},
        {"SELECT name FROM pragma_table_info('author')", "only reads are taken"},
        {"SELECT count(*) AS n FROM pragma_database_list", "only reads are taken"},
        {"SELECT seq FROM sqlite_sequence", "sqlite_sequence is no table of the app"},
        {"SELECT load_extension('x') AS a", "the function load_extension is not for texts"},
        {"SELECT koine_to_text(1) AS a", "the function koine_to_text is not for texts"},
        {"SELECT sqlite_version() AS a", "the function sqlite_version is not for texts"},
        {"SELECT readfile('x') AS a", "no such function: readfile"},
        {"SELECT titel\nFROM book", ":1:8: no such column: titel"},
        {"SELECT title\nFROM boks", "no such table: boks"},
        {"SELECT title FROM book WHERE\n  GROUP", ":2:3: near \"GROUP\": syntax error"},
        {"SELECT 'open", "unrecognized token"},
        {"SELECT count(*) FROM book", ":1:1: column 1 (count(*)) has no name: write AS and one behind it"},
        {"SELECT id, 1 + 1 FROM book", "column 2 (1 + 1) has no name"},
        {"SELECT * FROM book b JOIN author a ON a.id = b.author_id", "two columns are called id: rename one by AS"},
        {"SELECT id FROM book\nWHERE id = ?", ":2:12: the parameter ? has no name: parameters are written :name"},
        {"SELECT id FROM book WHERE id = ?3", "the parameter ? has no name"},
        {"SELECT id FROM book WHERE id = @id", "the parameter @id has no name"},
        {"SELECT id FROM book WHERE id = $id", "the parameter $id has no name"},
    };
    for (auto const& each : cases) {
        auto const told = both(std::string(each.text));
        EXPECT_NE(told.find(each.want), std::string::npos) << each.text << "\n" << told;
    }
    EXPECT_NE(both(std::string("SELECT 1 AS a\0;", 15)).find("a zero byte"), std::string::npos);
    EXPECT_EQ(stored("SELECT count(*), sum(rank) FROM author"), "2|3");
    EXPECT_EQ(both("SELECT count(*) AS n FROM book"), "n\n3\n") << "what was refused leaves nothing behind";
}

TEST_F(TextTest, EndsAtItsLimits) {
    open(kSchema);
    EXPECT_EQ(both("SELECT id FROM book ORDER BY id", {}, {.max_rows = 3}), "id\n1\n2\n3\n");
    EXPECT_EQ(both("SELECT id FROM book", {}, {.max_rows = 2}), "limit_exceeded limit=rows of an answer maximum=2");
    EXPECT_EQ(both("SELECT id FROM book", {}, {.max_bytes = 40}), "limit_exceeded limit=bytes of an answer maximum=40");
    EXPECT_EQ(both("SELECT printf('%.*c', 1000, 'x') AS a", {}, {.max_bytes = 900}), "limit_exceeded limit=bytes of an answer maximum=900");
    EXPECT_EQ(both("SELECT id, cover FROM book ORDER BY id"), "operation_failed because the column cover holds bytes");
    EXPECT_EQ(both("SELECT value FROM json_each('no')"), "operation_failed because malformed JSON");
    EXPECT_EQ(
        both("SELECT sum(i) AS s FROM (SELECT 9223372036854775807 AS i UNION ALL SELECT 1)"),
        "integer_overflow type=bigint because integer overflow"
    );
}

TEST_F(TextTest, MovesToTheSlowLaneAndEndsAtTheStatementLimit) {
    open(kSchema, {.file = {}, .worker_budget = 1ms, .statement_limit = 60s});
    for (int i = 0; i < 3; ++i) {
        TextRows rows;
        ASSERT_EQ(why(on_session(kSlow, {}, rows)), "done");
        EXPECT_EQ(shown_text(rows), "n\n300000\n");
    }
    open("", {.file = {}, .worker_budget = 1ms, .statement_limit = 30ms});
    EXPECT_EQ(both(kEndless), "statement_timeout because interrupted");
    EXPECT_EQ(both("SELECT count(*) AS n FROM book"), "n\n3\n");
}

TEST_F(TextTest, ACancelledRunEndsOnEitherLane) {
    open(kSchema, {.file = {}, .worker_budget = 1ms});
    Cancellation cancellation;
    TextRows rows;
    std::jthread client([&] {
        std::this_thread::sleep_for(20ms);
        cancellation.cancel();
    });
    EXPECT_EQ(reason(on_session(kEndless, {}, rows, {}, &cancellation)), "cancelled");
    EXPECT_EQ(reason(on_session(kEndless, {}, rows, {}, &cancellation)), "cancelled");
}

TEST_F(TextTest, ATransactionReadsWhatItWroteAndASessionWhatWasAcknowledged) {
    open(kSchema);
    auto const insert = std::make_shared<query::WritePlan const>(make().insert("author", {"id", "name"}));
    auto const text = text_of("SELECT group_concat(name) AS names FROM (SELECT name FROM author ORDER BY id)");
    std::string within;
    auto const done = in_work([&](Transaction& transaction) -> Result<void> {
        query::WriteValues values;
        values.rows = 1;
        values.cells = cells(9, "Eno");
        WriteRequest request;
        request.values = &values;
        query::Written written;
        KOINE_TRY(transaction.write(insert, request, written));
        for (int i = 0; i < 2; ++i) {
            TextRows rows;
            KOINE_TRY(transaction.read(text, {}, {}, rows));
            within += shown_text(rows);
            TextRows refused;
            auto const mistaken = transaction.read(text_of("DELETE FROM author"), {}, {}, refused);
            EXPECT_EQ(why(mistaken), ":1:1: only reads are taken: one SELECT, or WITH … SELECT") << "the work may go on";
        }
        return outcome::success();
    });
    EXPECT_EQ(why(done), "done");
    EXPECT_EQ(within, "names\n'Ada,Bob,Eno'\nnames\n'Ada,Bob,Eno'\n");
    EXPECT_EQ(both(text->text), "names\n'Ada,Bob,Eno'\n");
}

TEST_F(TextTest, PlansGoOnAfterTextsWereCompiled) {
    open(kSchema);
    auto const plan = worker_->prepare(make().reading("author", {"id"}));
    for (int i = 0; i < 3; ++i) {
        query::Rows rows;
        EXPECT_EQ(reason(worker_->run(plan, {}, rows)), "done");
        EXPECT_EQ(testing::shown(rows.steps[0]), "1\n2\n");
        EXPECT_EQ(both("SELECT count(*) AS n FROM author"), "n\n2\n");
    }
}

WantedColumn column(std::string name, model::Type type = model::Type::text, std::string target = {}) {
    WantedColumn made;
    made.name = std::move(name);
    made.type = type;
    made.target = std::move(target);
    return made;
}

std::vector<WantedTable> library() {
    WantedTable author;
    author.name = "author";
    author.columns = {column("name"), column("rate", model::Type::numeric)};
    WantedTable book;
    book.name = "book";
    book.columns = {column("title"), column("author_id", model::Type::integer, "author")};
    book.indexes = {{"author_id"}};
    return {author, book};
}

TEST(TextCheck, TellsWhatATextTakesAndGives) {
    auto const check = TextCheck::make(library()).value();
    auto const told = check->check(
        "a.sql",
        "-- :none of 'these\nSELECT b.title, a.name AS author -- :no\nFROM book b JOIN author a ON a.id = b.author_id\n"
        "WHERE a.name <> ':not' /* :this */ AND a.rate > :rate_2\n  AND (:rate IS NULL OR :rate < 2)\n"
    );
    ASSERT_TRUE(told) << describe(told.error());
    EXPECT_EQ(fmt::format("{}", fmt::join(told.value()->columns, " ")), "title author");
    std::string parameters;
    for (auto const& [name, line] : told.value()->parameters) parameters += fmt::format("{}:{} ", name, line);
    EXPECT_EQ(parameters, "rate_2:4 rate:5 ");
}

TEST(TextCheck, TellsMistakesWithTheirPlaceAndWhatMayBeMeant) {
    auto const check = TextCheck::make(library()).value();
    struct Case {
        std::string_view text;
        std::string_view want;
    } const cases[] = {
        {"SELECT titel FROM book", "a.sql:1:8: there is no column titel; did you mean title?"},
        {"SELECT title FROM book\nWHERE book.author = 1", "a.sql:2:7: there is no column author; did you mean author_id?"},
        {"SELECT zebra FROM book", "a.sql:1:8: there is no column zebra"},
        {"SELECT title FROM boook", "a.sql:1:19: there is no table boook; did you mean book?"},
        {"SELECT title, FROM book", "a.sql:1:15: near \"FROM\": syntax error"},
        {"DELETE FROM book", "a.sql:1:1: only reads are taken: one SELECT, or WITH … SELECT"},
    };
    for (auto const& each : cases) {
        auto const told = check->check("a.sql", std::string(each.text));
        ASSERT_FALSE(told) << each.text;
        EXPECT_EQ(describe(told.error()), each.want);
    }
    auto tables = library();
    tables[1].columns[1].target = "nobody";
    EXPECT_FALSE(TextCheck::make(tables));
}

}  // namespace
}  // namespace koine::store::sqlite
