#include "query/planner_tree.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace koine::query {
namespace {

std::size_t depth(Predicate const& predicate) {
    std::size_t deepest = 0;
    for (auto const& child : predicate.children) deepest = std::max(deepest, depth(child));
    // A group of n is a chain of n - 1 operators to a parser.
    return deepest + std::max<std::size_t>(predicate.children.size(), 1);
}

std::size_t leaves(Predicate const& predicate) {
    if (predicate.children.empty()) return 1;
    std::size_t sum = 0;
    for (auto const& child : predicate.children) sum += leaves(child);
    return sum;
}

TEST(WideFilter, IsNeverDeepForAParser) {
    for (std::size_t terms : {1U, 2U, 32U, 33U, 500U, 5000U}) {
        SCOPED_TRACE(terms);
        Predicate group;
        group.kind = Predicate::Kind::any_of;
        group.children.resize(terms);
        auto made = bushy(group);
        EXPECT_EQ(leaves(made), terms);
        EXPECT_LE(depth(made), 100U);
        EXPECT_EQ(made.kind, Predicate::Kind::any_of);
    }
}

}  // namespace
}  // namespace koine::query
