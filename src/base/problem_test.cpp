#include "base/problem.hpp"

#include "base/result.hpp"

#include <gtest/gtest.h>

namespace koine {
namespace {

TEST(Problem, CarriesItsArgumentsAndNeverTheCause) {
    auto problem = Problem(Reason::unknown_column).with("relation", "artist").with("column", "nocol").because("no such column: nocol");
    EXPECT_EQ(problem.kind(), Kind::invalid);
    EXPECT_EQ(problem.argument("column"), "nocol");
    EXPECT_EQ(problem.argument("suggestion"), std::nullopt);
    EXPECT_EQ(problem.cause(), "no such column: nocol");
}

TEST(Problem, CopiesDoNotShareLaterChanges) {
    auto first = Problem(Reason::invalid_literal).with("type", "integer");
    auto second = Problem(first).with("value", "x");
    EXPECT_EQ(first.argument("value"), std::nullopt);
    EXPECT_EQ(second.argument("type"), "integer");
}

TEST(Problem, KeepsItsFaultsInOrder) {
    std::vector<Fault> faults;
    faults.push_back({1, "asn", false, Problem(Reason::not_an_integer).with("value", "x")});
    faults.push_back({1, "tags", true, Problem(Reason::member_required)});
    auto const problem = Problem(Reason::invalid_documents).with("count", 2).with_faults(std::move(faults));
    ASSERT_EQ(problem.faults().size(), 2u);
    EXPECT_EQ(problem.faults()[0].problem.argument("value"), "x");
    EXPECT_TRUE(problem.faults()[1].in_list);
    EXPECT_TRUE(Problem(Reason::invalid_document).faults().empty());
}

TEST(Problem, EveryReasonIsFoundByItsName) {
    for (std::size_t i = 0; i < kReasonCount; ++i) {
        auto reason = static_cast<Reason>(i);
        EXPECT_EQ(reason_named(to_string(reason)), reason);
        EXPECT_EQ(kind_named(to_string(kind_of(reason))), kind_of(reason));
    }
    EXPECT_EQ(reason_named("no_such_reason"), std::nullopt);
}

TEST(Problem, ConfigurationIsToldWithItsPlace) {
    EXPECT_EQ(
        describe(configuration_problem("a.yaml", 3, 7, "unknown axis 'pge'; did you mean 'page'?")),
        "a.yaml:3:7: unknown axis 'pge'; did you mean 'page'?"
    );
    EXPECT_EQ(describe(configuration_problem("a.yaml", 0, 0, "cannot be read")), "a.yaml: cannot be read");
}

Result<int> half(int number) {
    if (number % 2 != 0) return Problem(Reason::invalid_literal).with("value", number);
    return number / 2;
}

Result<int> quarter(int number) {
    KOINE_TRY(auto once, half(number));
    return half(once);
}

TEST(Result, TryPassesTheProblemOn) {
    EXPECT_EQ(quarter(8).value(), 2);
    EXPECT_EQ(quarter(6).error().argument("value"), "3");
}

}  // namespace
}  // namespace koine
