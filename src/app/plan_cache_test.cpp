#include "app/plan_cache.hpp"

#include <gtest/gtest.h>

namespace koine::app {
namespace {

std::shared_ptr<CompiledRead const> compiled() { return std::make_shared<CompiledRead>(); }

TEST(PlanCache, ForgetsTheLeastRecentlyUsed) {
    PlanCache<CompiledRead> cache(2);
    auto first = compiled();
    cache.insert("a", first);
    cache.insert("b", compiled());
    EXPECT_EQ(cache.find("a"), first);
    cache.insert("c", compiled());
    EXPECT_EQ(cache.size(), 2U);
    EXPECT_EQ(cache.find("b"), nullptr);
    EXPECT_EQ(cache.find("a"), first);
    EXPECT_NE(cache.find("c"), nullptr);
}

TEST(PlanCache, KeepsWhatARequestStillHolds) {
    PlanCache<CompiledRead> cache(1);
    cache.insert("a", compiled());
    auto held = cache.find("a");
    cache.insert("b", compiled());
    EXPECT_EQ(cache.find("a"), nullptr);
    EXPECT_EQ(held.use_count(), 1);
}

TEST(PlanCache, ReplacesWhatWasKeptUnderTheSameShape) {
    PlanCache<CompiledRead> cache(2);
    auto second = compiled();
    cache.insert("a", compiled());
    cache.insert("a", second);
    EXPECT_EQ(cache.size(), 1U);
    EXPECT_EQ(cache.find("a"), second);
}

}  // namespace
}  // namespace koine::app
