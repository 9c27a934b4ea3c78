#include "store/sqlite/collations.hpp"

#include "query/planner.hpp"
#include "query/test_query.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/render.hpp"
#include "store/sqlite/testing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

namespace koine::store::sqlite {
namespace {

using namespace testing;
using namespace query::testing;
using model::Ordering;
using query::Aggregate;
using query::Operator;
using query::Query;

TEST(CompareAs, WhatIsNoneStandsBehindWhatIs) {
    struct Case {
        Ordering ordering;
        std::vector<std::string_view> ascending;
    };
    using namespace std::string_view_literals;
    std::vector<Case> const cases = {
        {Ordering::decimal, {"-18.0", "-3.5", "0", "4.2", "18.0", "", " 1", "1 2", "NaN", "four", "\xff"}},
        {Ordering::address, {"9.0.0.1", "10.0.0.1", "192.0.2.1/24", "2001:db8::1", "", "10.0.0.1\0"sv, "10.0.0.256", "fe80::1%eth0", "home"}
        },
        {Ordering::natural, {"", "-3.5", "18.0", "4.2"}},
    };
    for (auto const& [ordering, texts] : cases)
        for (std::size_t i = 0; i < texts.size(); ++i)
            for (std::size_t j = 0; j < texts.size(); ++j)
                EXPECT_EQ(compare_as(ordering, texts[i], texts[j]), i < j ? -1 : i > j ? 1 : 0) << texts[i] << " and " << texts[j];
}

/// What SQLite asks of a collation, of texts of any kind: else it could crash, loop or lose rows.
TEST(CompareAs, IsATotalOrderOfAnyTexts) {
    static constexpr std::array<std::string_view, 24> kPieces = {"0", "1",  "9",    "10",   "00",       ".",      "-",        "+",
                                                                 "e", "E-", ":",    "::",   "/",        "8",      "32",       " ",
                                                                 "a", "f",  "\x01", "\xff", "2001:db8", "10.0.0", "192.0.2.", "255"};
    std::mt19937 random(20261122);
    auto const made = [&] {
        std::string text;
        for (auto parts = random() % 6; parts > 0; --parts) text += kPieces[random() % kPieces.size()];
        static constexpr std::array<std::string_view, 4> kLengths = {"", "/32", "/24", "/x"};
        if (random() % 4 == 0)
            text =
                std::to_string(random() % 12) + ".0.0." + std::to_string(random() % 3) + std::string(kLengths[random() % kLengths.size()]);
        return text;
    };
    for (auto const ordering : {Ordering::decimal, Ordering::address}) {
        int alike = 0;
        for (int round = 0; round < 100'000; ++round) {
            std::array<std::string, 3> texts = {made(), made(), made()};
            auto const compare = [&](std::size_t i, std::size_t j) { return compare_as(ordering, texts[i], texts[j]); };
            ASSERT_EQ(compare(0, 0), 0) << texts[0];
            ASSERT_EQ(compare(0, 1), -compare(1, 0)) << texts[0] << " and " << texts[1];
            // Brought into an order by two comparisons, the third one follows.
            std::ranges::sort(texts, [&](auto const& a, auto const& b) { return compare_as(ordering, a, b) < 0; });
            ASSERT_LE(compare(0, 1), 0);
            ASSERT_LE(compare(1, 2), 0);
            ASSERT_EQ(compare(0, 2), std::min(compare(0, 1), compare(1, 2))) << texts[0] << " and " << texts[1] << " and " << texts[2];
            if (compare(0, 1) == 0 && texts[0] != texts[1]) ++alike;
        }
        EXPECT_GT(alike, 10) << "other texts of the same value are among them";
    }
}

class CollationsTest : public ::testing::Test {
protected:
    CollationsTest() {
        ForeignProgram(folder_.file()).run(R"(
                CREATE TABLE shop(id INTEGER PRIMARY KEY, rate TEXT);
                CREATE TABLE thing(id INTEGER PRIMARY KEY, shop_id INT REFERENCES shop(id), rate TEXT, net TEXT, host TEXT UNIQUE);
                INSERT INTO shop VALUES (1, '18.00'), (2, '4.20');
                INSERT INTO thing VALUES
                    (1, 1, '4.20', '10.0.0.0/8', '10.0.0.1'),
                    (2, 1, '18.00', '9.0.0.0/24', '9.0.0.1'),
                    (3, 2, '-3.50', '2001:db8::/32', '2001:db8::1'),
                    (4, 2, NULL, NULL, NULL),
                    (5, 1, '100000000000000000000.01', '10.0.0.0/16', '10.0.0.1/32'),
                    (6, 2, 'many', 'nowhere', '9.0.0.x'),
                    (7, NULL, '', '', ''),
                    (8, 2, '4.2', '10.0.0.0/8', '10.0.0.2'),
                    (9, NULL, X'31', X'00', X'ff'))");
        SqliteOptions options{.file = folder_.file()};
        options.extend = [](model::Model& model) -> Result<void> {
            auto order = [&](std::string_view table, std::string_view column, Ordering ordering) {
                auto& entity = model.entities[*model.entity(table)];
                entity.columns[*entity.column(column)].ordering = ordering;
            };
            order("shop", "rate", Ordering::decimal);
            order("thing", "rate", Ordering::decimal);
            order("thing", "net", Ordering::address);
            order("thing", "host", Ordering::address);
            return outcome::success();
        };
        store_ = open_sqlite(options).value();
        worker_ = std::make_unique<Worker>(*store_);
    }

    /// The rows' cells, with a space between; of children too.
    std::string read(Query const& query) {
        auto plan = query::plan_read(store_->model(), query, {}, "public");
        if (!plan) return describe(plan.error());
        Arena arena;
        std::vector<query::Argument> arguments;
        if (auto bound = query::bind(*plan.value(), query, 100, arena, arguments); !bound) return describe(bound.error());
        if (auto done = worker_->run(*plan.value(), arguments, rows_); !done) return reason(done);
        std::string text;
        for (auto const& cell : rows_.steps.back().cells) text += (text.empty() ? "" : " ") + shown(cell);
        return text;
    }
    std::string found(query::Filter filter) {
        return read(Asking("thing").select({col("id")}).where(std::move(filter)).order({asc("id")}));
    }
    /// What SQLite plans for the query's first step.
    std::string explained(Query const& query) {
        auto plan = query::plan_read(store_->model(), query, {}, "public").value();
        auto connection = Connection::open(folder_.file(), true, std::chrono::milliseconds(0)).value();
        auto statement = connection->compile("EXPLAIN QUERY PLAN " + render(store_->model(), plan->steps[0].select).text).value();
        std::string out;
        while (sqlite3_step(statement.get()) == SQLITE_ROW)
            out.append(reinterpret_cast<char const*>(sqlite3_column_text(statement.get(), 3))).append("\n");
        return out;
    }

    TemporaryFolder folder_;
    std::shared_ptr<Store> store_;
    std::unique_ptr<Worker> worker_;
    query::Rows rows_;
};

TEST_F(CollationsTest, FiltersCompareByValue) {
    struct Case {
        query::Filter filter;
        std::string want;
    };
    std::vector<Case> const cases = {
        {on("rate", Operator::gt, {"4.2"}), "2 5 6 7 9"},
        {on("rate", Operator::gte, {"4.20"}), "1 2 5 6 7 8 9"},
        {on("rate", Operator::lt, {"18"}), "1 3 8"},
        {on("rate", Operator::lte, {"18.000000"}), "1 2 3 8"},
        {all_of({on("rate", Operator::gte, {"-4"}), on("rate", Operator::lte, {"5"})}), "1 3 8"},
        {on("rate", Operator::eq, {"4.200"}), "1 8"},
        {on("rate", Operator::neq, {"4.200"}), "2 3 5 6 7 9"},
        {on("rate", Operator::is_distinct, {"4.200"}), "2 3 4 5 6 7 9"},
        {on("rate", Operator::in, {"4.200", "18", "nine"}), "1 2 8"},
        {negated(on("rate", Operator::in, {"4.200", "18", "many"})), "3 5 7 9"},
        {on("rate", Operator::eq, {"18", "-3.5"}, query::Quantifier::any), "2 3"},
        {on("rate", Operator::eq, {"100000000000000000000.010"}), "5"},
        {on("rate", Operator::eq, {"100000000000000000000.011"}), ""},
        {on("rate", Operator::eq, {"many"}), "6"},
        {on("rate", Operator::like, {"4%"}), "1 8"},
        {on("net", Operator::lt, {"10.0.0.0/16"}), "1 2 8"},
        {on("net", Operator::gt, {"255.255.255.255"}), "3 6 7 9"},
        {on("net", Operator::eq, {"10.0.0.0/8"}), "1 8"},
        {on("net", Operator::in, {"2001:DB8::/32", "9.0.0.0/24"}), "2 3"},
        {on("host", Operator::lt, {"10.0.0.1"}), "2"},
        {on("host", Operator::eq, {"10.0.0.1"}), "1"},
        {on("host", Operator::in, {"10.0.0.1", "10.0.0.1/32"}), "1 5"},
        {on("host", Operator::neq, {"10.0.0.1"}), "2 3 5 6 7 8 9"},
    };
    for (auto const& [filter, want] : cases)
        EXPECT_EQ(found(filter), want) << filter.condition.field.name << " " << static_cast<int>(filter.condition.op);
}

TEST_F(CollationsTest, OrdersGoByValueAlsoThroughRelations) {
    auto ordered = [&](query::OrderTerm term) { return read(Asking("thing").select({col("id")}).order({std::move(term)})); };
    EXPECT_EQ(ordered(asc("rate")), "3 1 8 2 5 7 6 9 4");
    EXPECT_EQ(ordered(desc("rate")), "4 9 6 7 5 2 8 1 3");
    EXPECT_EQ(ordered(asc("net")), "2 1 8 5 3 7 6 9 4");
    EXPECT_EQ(ordered(asc("host")), "2 1 5 8 3 7 6 9 4");
    auto const through = Asking("thing").select({col("id"), embed("shop", {})}).order({of("shop", asc("rate")), asc("rate")});
    EXPECT_EQ(read(through), "3 8 6 4 1 2 5 7 9");
    // Children without an index that serves them, in either form.
    auto const children = Asking("shop").select({col("id"), embed("thing", {col("id")})}).order({desc("rate")}, {"thing"});
    EXPECT_EQ(read(children), "5 2 1 4 6 8 3");
    auto windowed = children;
    windowed.window({.limit = 2, .offset = 1}, {"thing"});
    EXPECT_EQ(read(windowed), "2 1 6 8");
}

TEST_F(CollationsTest, ExtremesGoByValue) {
    auto const sound = on("id", Operator::lte, {"5"});
    EXPECT_EQ(
        read(Asking("thing")
                 .select({aggregate(Aggregate::min, "rate"), aggregate(Aggregate::max, "rate"), aggregate(Aggregate::max, "net")})
                 .where(sound)),
        "'-3.50' '100000000000000000000.01' '2001:db8::/32'"
    );
}

TEST_F(CollationsTest, AnIndexServesEqualityOnly) {
    auto const asked = [](query::Filter filter) { return Asking("thing").select({col("id")}).where(std::move(filter)); };
    EXPECT_EQ(explained(asked(on("host", Operator::eq, {"x"}))), "SEARCH t0 USING COVERING INDEX sqlite_autoindex_thing_1 (host=?)\n");
    EXPECT_THAT(
        explained(asked(on("host", Operator::in, {"x"}))),
        ::testing::StartsWith("SEARCH t0 USING COVERING INDEX sqlite_autoindex_thing_1 (host=?)")
    );
    EXPECT_EQ(explained(asked(on("host", Operator::lt, {"x"}))), "SCAN t0 USING COVERING INDEX sqlite_autoindex_thing_1\n");
    EXPECT_EQ(explained(asked(on("rate", Operator::eq, {"x"}))), "SCAN t0\n");
    EXPECT_EQ(
        explained(Asking("thing").select({col("id")}).order({asc("host")})),
        "SCAN t0 USING COVERING INDEX sqlite_autoindex_thing_1\nUSE TEMP B-TREE FOR ORDER BY\n"
    );
}

}  // namespace
}  // namespace koine::store::sqlite
