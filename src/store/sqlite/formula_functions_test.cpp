#include "store/sqlite/formula_functions.hpp"

#include "store/sqlite/connection.hpp"
#include "store/sqlite/testing.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace koine::store::sqlite {
namespace {

using namespace testing;

class FormulaFunctionsTest : public ::testing::Test {
protected:
    FormulaFunctionsTest() {
        ForeignProgram(folder_.file()).run("CREATE TABLE t(x); INSERT INTO t VALUES (1), (2), (3)");
        connection_ = Connection::open(folder_.file(), false, std::chrono::milliseconds(0)).value();
    }
    /// As SQL shows it: 'text', 1, NULL.
    std::string shown(std::string const& expression) {
        auto text = connection_->text("SELECT quote(" + expression + ")");
        return text ? text.value() : std::string(text.error().cause());
    }

    TemporaryFolder folder_;
    std::unique_ptr<Connection> connection_;
};

TEST_F(FormulaFunctionsTest, EachIsTheFormulas) {
    struct {
        char const* expression;
        char const* want;
    } const cases[] = {
        {"koine_call_lower('ABC')", "'abc'"},
        {"koine_call_upper('abc')", "'ABC'"},
        {"koine_call_length('abc')", "3"},
        {"koine_call_length(NULL)", "NULL"},
        {"koine_call_concat('a', 'b', 'c')", "'abc'"},
        {"koine_call_contains('abc', 'b')", "1"},
        {"koine_call_starts('abc', 'b')", "0"},
        {"koine_call_host('192.0.2.7/24')", "'192.0.2.7'"},
        {"koine_call_family('2001:db8::1/64')", "6"},
        {"koine_call_network('192.0.2.7/24')", "'192.0.2.0/24'"},
        {"koine_call_is_network('192.0.2.0/24')", "1"},
        {"koine_call_is_broadcast('192.0.2.254/24')", "0"},
        {"koine_call_host('no address')", "NULL"},
    };
    for (auto const& one : cases) EXPECT_EQ(shown(one.expression), one.want) << one.expression;
}

TEST_F(FormulaFunctionsTest, TheTimeIsTheSameForAllOfAStatement) {
    auto distinct = connection_->number(
        "SELECT count(DISTINCT koine_call_now() || CASE WHEN koine_call_length(printf('%.*c', 300000, 'x')) > 0 AND x > 0 THEN '' END) "
        "FROM t"
    );
    EXPECT_EQ(distinct.value(), 1);
    auto first = connection_->text("SELECT koine_call_now()").value();
    EXPECT_EQ(first.size(), std::string_view("2026-11-22T14:03:00.562426Z").size()) << first;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    EXPECT_EQ(connection_->text("SELECT koine_call_now()").value(), first) << "nobody has begun a new run";
    connection_->state().now.reset();
    EXPECT_GT(connection_->text("SELECT koine_call_now()").value(), first);
}

}  // namespace
}  // namespace koine::store::sqlite
