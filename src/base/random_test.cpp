#include "base/random.hpp"

#include <gmock/gmock.h>

namespace koine {
namespace {

TEST(RandomKey, IsFortyHexDigitsThatNobodyHasSeen) {
    auto const first = random_key(), second = random_key();
    ASSERT_TRUE(first && second);
    EXPECT_THAT(first.value(), testing::MatchesRegex("[0-9a-f]{40}"));
    EXPECT_NE(first.value(), second.value());
}

}  // namespace
}  // namespace koine
