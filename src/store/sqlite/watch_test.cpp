#include "store/sqlite/watch.hpp"

#include <gtest/gtest.h>

namespace koine::store::sqlite {
namespace {

using std::chrono::steady_clock;
using Verdict = Watch::Verdict;
constexpr auto kPast = steady_clock::time_point::min();

TEST(Watch, GoesOnWithoutADeadline) {
    Watch watch;
    for (int i = 0; i < 100; ++i) ASSERT_FALSE(watch.is_over());
    EXPECT_EQ(watch.verdict, Verdict::going);
}

TEST(Watch, ADeadlineCountsOnlyOnceEnoughWorkWasDone) {
    Watch watch{.deadline = kPast, .least_looks = 3};
    EXPECT_FALSE(watch.is_over());
    EXPECT_FALSE(watch.is_over());
    EXPECT_TRUE(watch.is_over());
    EXPECT_EQ(watch.verdict, Verdict::expired);
    Watch at_once{.deadline = kPast};
    EXPECT_TRUE(at_once.is_over());
}

TEST(Watch, WorkWithoutTimePassedIsNotOver) {
    Watch watch{.deadline = steady_clock::now() + std::chrono::hours(1), .least_looks = 2};
    for (int i = 0; i < 10; ++i) EXPECT_FALSE(watch.is_over());
}

TEST(Watch, CancellationAndStopCountAtTheFirstLookAndBeforeTheDeadline) {
    Cancellation cancellation;
    std::atomic<bool> stop = false;
    Watch cancelled{.deadline = kPast, .least_looks = 100, .cancellation = &cancellation};
    Watch stopped{.least_looks = 100, .stop = &stop};
    EXPECT_FALSE(cancelled.is_over());
    EXPECT_FALSE(stopped.is_over());
    cancellation.cancel();
    stop = true;
    EXPECT_TRUE(cancelled.is_over());
    EXPECT_TRUE(stopped.is_over());
    EXPECT_EQ(cancelled.verdict, Verdict::cancelled);
    EXPECT_EQ(stopped.verdict, Verdict::cancelled);
}

TEST(Watch, AVerdictStays) {
    Cancellation cancellation;
    Watch watch{.deadline = kPast, .cancellation = &cancellation};
    EXPECT_TRUE(watch.is_over());
    cancellation.cancel();
    EXPECT_TRUE(watch.is_over());
    EXPECT_EQ(watch.verdict, Verdict::expired);
}

TEST(Pace, LooksAtTheWatchAfterAPieceOfWork) {
    Watch watch{.deadline = kPast};
    Pace pace(&watch);
    EXPECT_FALSE(pace.step(32'767));
    EXPECT_EQ(watch.looks, 0U);
    EXPECT_TRUE(pace.step());
    Pace free(nullptr);
    EXPECT_FALSE(free.step(1'000'000));
}

}  // namespace
}  // namespace koine::store::sqlite
