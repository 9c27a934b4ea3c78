/// @file For tests of an axis: what is told of options that are wrong.
#pragma once

#include "base/problem.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace koine::dialect::testing {

struct Wrong {
    std::string_view options;
    std::string want;  ///< the mistake with its place
};

/// @param compiled makes a Result of options.
void expect_told(auto const& compiled, std::vector<Wrong> const& cases) {
    for (auto const& each : cases) {
        auto const made = compiled(each.options);
        ASSERT_FALSE(made) << each.options;
        EXPECT_EQ(describe(made.error()), each.want);
    }
}

}  // namespace koine::dialect::testing
