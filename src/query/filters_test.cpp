#include "query/filters.hpp"

#include <gtest/gtest.h>

namespace koine::query {
namespace {

TEST(Filters, GoOverAPathFromItsEnd) {
    auto const made = over({3, 7}, with_key(5));
    EXPECT_EQ(made.kind, Filter::Kind::related);
    EXPECT_EQ(made.relationship, 3U);
    EXPECT_EQ(made.children[0].relationship, 7U);
    EXPECT_EQ(made.children[0].children, std::vector{condition("id", Operator::eq, {"5"})});
    EXPECT_EQ(over({}, never("id")), condition("id", Operator::in));
}

TEST(Filters, AGroupOfOneIsThisOne) {
    auto const one = with_key(1);
    EXPECT_EQ(grouped(Filter::Kind::any_of, {one}), one);
    auto const both = grouped(Filter::Kind::all_of, {one, never("a")});
    EXPECT_EQ(both.kind, Filter::Kind::all_of);
    EXPECT_EQ(both.children.size(), 2U);
}

TEST(Filters, APatternOfATextMatchesItself) {
    EXPECT_EQ(escaped_like("50%_\\ more"), R"(50\%\_\\ more)");
    EXPECT_EQ(escaped_like(""), "");
}

}  // namespace
}  // namespace koine::query
